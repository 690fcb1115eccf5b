// When two names look alike: what is left of each when case, spaces, punctuation and look-alike letters are set aside.
import { rectifyConfusion } from 'unicode-confusables';

/**
 * Two names with a key in common are alike. There are two keys, because I looks like l, and i does not: lower case comes
 * before or after the look-alikes.
 */
export function likenessKeys(name: string): readonly string[] {
  const text = bare(name.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, ''));
  const keys = [rectifyConfusion(text.toLowerCase()), rectifyConfusion(text)].map((key) => key.toLowerCase());
  return [...new Set(keys)].filter((key) => key !== '');
}

/** Without spaces, dashes and other signs that part words; between two digits they count: v2.0 is not v20. */
function bare(text: string): string {
  return text.replace(/[\p{Z}\p{Pd}\p{Pc}\s.,:;/'’]+/gu, (parting, at: number) => {
    const isBetweenDigits = /\d$/.test(text.slice(0, at)) && /^\d/.test(text.slice(at + parting.length));
    return isBetweenDigits ? '.' : '';
  });
}

/** How two names that are alike differ, after “only by”. */
export function difference(name: string, other: string): string {
  if (name.toLowerCase() === other.toLowerCase()) return 'case';
  if (bare(name.toLowerCase()) === bare(other.toLowerCase())) return 'spaces or punctuation';
  const foreign = [...name].filter((letter) => !other.includes(letter) && /[^\p{ASCII}]/u.test(letter));
  if (foreign.length === 0) return 'letters that look alike';
  const points = [...new Set(foreign)].map((letter) => `${letter} is U+${codeOf(letter)}`);
  return `letters that look alike: ${points.join(', ')}`;
}

function codeOf(letter: string): string {
  return (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
