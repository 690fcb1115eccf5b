// A number beyond 2^53 for an answer: JSON holds it exactly, a JavaScript number does not.

const raw = JSON as typeof JSON & { rawJSON(text: string): object };

/** Becomes its digits when it is stringified. */
export function bigNumber(value: bigint): object {
  return raw.rawJSON(String(value));
}
