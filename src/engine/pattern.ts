// Regular expressions in RE2's syntax, `^fix(es|ed)? #[0-9]+`: the time they take is linear in the text.
import { RE2JS } from 're2js';

/**
 * Instructions that a pattern may come to: the time it takes grows with these times the text, so that even the longest
 * body of an issue takes no more than a second. Ordinary ones have some dozens; repetitions multiply.
 */
const MOST_INSTRUCTIONS = 1_100;

const made = new Map<string, RE2JS>();

/** Patterns come from rule files, so there are few; each is compiled once. Throws on a bad one. */
export function patternOf(written: string): RE2JS {
  const known = made.get(written);
  if (known !== undefined) return known;
  const pattern = RE2JS.compile(written);
  if (pattern.programSize() > MOST_INSTRUCTIONS)
    throw new Error('it would be slow: too much of it is repeated too often');
  if (made.size < 10_000) made.set(written, pattern);
  return pattern;
}
