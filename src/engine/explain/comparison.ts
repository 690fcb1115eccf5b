// One comparison of a trace, taken apart for the sentence that says why it is not as the rule needs it.
import type { Trace } from '../evaluate.ts';
import { type FactWords, wordsOf } from './fact-words.ts';
import { inWords } from './values.ts';

/** The leaf of a trace: one fact compared with a value, or with another fact. */
export type Compared = Extract<Trace, { fact: string }>;

/** A comparison that came out otherwise than the rule needs. */
export interface Miss {
  readonly words: FactWords;
  /** As written: `contains`, `length greaterThan`. */
  readonly operator: string;
  /** What the comparison has to come to; below a `not`, false. */
  readonly wanted: boolean;
  readonly actual: unknown;
  /** The value on the right, or that of the fact there. */
  readonly expected: unknown;
  /** The fact on the right, where there is one. */
  readonly other: FactWords | null;
  /** The time it is, ISO 8601; null for words that shall not change as time passes. */
  readonly now: string | null;
}

/** What a sentence about a miss is made of: `its additions are 8; the rule wants more than 10: 3 more`. */
export interface Said {
  readonly is: string;
  readonly wants: string;
  readonly remark?: string;
}

export function takenApart({ fact, operator, expected, actual }: Compared, wanted: boolean, now: string | null): Miss {
  const right = otherSide(expected);
  const words = wordsOf(fact);
  if (right === null) return { words, operator, wanted, actual, expected, other: null, now };
  return { words, operator, wanted, actual, expected: right.value, other: wordsOf(right.fact), now };
}

/** The fact on the right of a traced comparison and the value it had, or null where there is a plain value. */
export function otherSide(expected: unknown): { readonly fact: string; readonly value: unknown } | null {
  if (typeof expected !== 'object' || expected === null || !('fact' in expected)) return null;
  return { fact: String(expected.fact), value: 'value' in expected ? expected.value : undefined };
}

export function isUnknown(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** What the comparison is with, in words: a value, or a fact and its value. */
export function rightSide({ expected, other }: Miss): string {
  return other === null ? inWords(expected) : `${other.name}, ${inWords(expected)}`;
}

/** What a fact is, in words: `its labels are bug and docs`, `it has no labels`, `nobody is known to have merged it`. */
export function stateOf(words: FactWords, value: unknown): string {
  const { owner, name, noun, isPlural } = words;
  if (isUnknown(value)) return lackOf(words, value);
  if (Array.isArray(value) && value.length === 0) return `${owner} has no ${noun}`;
  return `${name} ${isPlural ? 'are' : 'is'} ${inWords(value)}`;
}

/** That a fact has no value, in words. */
export function lackOf(words: FactWords, value: null | undefined): string {
  const { owner, name, noun, type, deed, done, quality, isPlural } = words;
  if (owner === 'the ticket' && value === null)
    return MAYBE_EMPTY.has(noun)
      ? `no ticket that it closes is known, or the ticket has no ${noun}`
      : `no ticket that it closes is known, and so neither ${isPlural ? 'are' : 'is'} its ${noun}`;
  if (deed !== null) return `nobody is known to ${deed.known}`;
  if (quality !== null) return `it is not known whether ${owner} is ${quality}`;
  if (done !== null) return value === null ? `${owner} is not ${done}` : `it is not known when ${owner} was ${done}`;
  if (value === null && type !== null) return `${owner} has no ${noun}`;
  return `${name} ${isPlural ? 'are' : 'is'} not known`;
}

/** What a ticket may be without; everything else of it is known once it is. */
const MAYBE_EMPTY: ReadonlySet<string> = new Set(['product', 'organisation', 'domain', 'complexity']);
