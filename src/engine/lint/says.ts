// What one comparison says of a fact: whether it wants it known, and what it says of the value if it is.
//
// A comparison with something missing is false, `notEqual` too; `not` of it is true. So a comparison that is to hold
// wants its fact known, and one that is not to hold is content with a missing one.
import type { FactValue } from '../../facts/fact.ts';
import { otherFact } from '../condition-facts.ts';
import { operators } from '../operators.ts';
import type { Literal } from './formula.ts';

export interface Claim {
  readonly literal: Literal;
  /** true: it wants the fact known; false: missing; null: it is content with either. */
  readonly known: boolean | null;
  /** What it says of a known value; null where nothing can be told. */
  readonly says: Says | null;
}

/** A comparison with a literal, of the value or of its length. */
export interface Says {
  readonly operator: string;
  readonly operand: unknown;
  readonly holds: boolean;
  readonly ofLength: boolean;
  /** Without regard to case; the operand is in lower case then. */
  readonly folded: boolean;
  /** The operand is a time so many milliseconds ago. */
  readonly ago: number | null;
}

/** Of a known value, `notEqual` is `equal` that does not hold. */
const OPPOSITES: Readonly<Record<string, string>> = {
  notEqual: 'equal',
  notIn: 'in',
  doesNotContain: 'contains',
};

/** An operator without its negation, and whether it is to hold of a known value. */
export function affirmed({ test, holds }: Literal): { readonly operator: string; readonly holds: boolean } {
  const operator = test.evaluator.split(':').at(-1) ?? test.operator;
  const opposite = OPPOSITES[operator];
  return opposite === undefined ? { operator, holds } : { operator: opposite, holds: !holds };
}

export function claimOf(literal: Literal): Claim {
  const { test } = literal;
  const { operator, holds } = affirmed(literal);
  if (operator === 'exists') return { literal, known: test.value === holds, says: null };
  const known = literal.holds ? true : null;
  if (otherFact(test.value) !== null) return { literal, known, says: null };
  const decorators = test.evaluator.split(':').slice(0, -1);
  const folded = decorators.includes('ignoreCase') || decorators.includes('user');
  return {
    literal,
    known,
    says: {
      operator,
      operand: folded ? lower(test.value) : test.value,
      holds,
      ofLength: decorators.includes('length'),
      folded,
      ago: test.ago ?? null,
    },
  };
}

function lower(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lower);
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/**
 * Whether a known value is as is said; true where that cannot be told.
 *
 * @param value in lower case where the fact compares without regard to case; its true case is unknown then
 */
export function agrees(
  value: FactValue,
  { operator, operand, holds, ofLength, folded, ago }: Says,
  ignoresCase: boolean,
) {
  if (ago !== null) return true;
  // A letter of another alphabet can become two in lower case.
  const isExact = !ignoresCase || (typeof value === 'string' && isAscii(value));
  if (ignoresCase && !folded && !(isExact && (ofLength || operator === 'matchesGlob'))) return true;
  const seen = ofLength && typeof value === 'string' ? value.length : value;
  return operators.get(operator)?.test(seen, operand) === holds;
}

/** Letters of the Latin alphabet and what is on every keyboard: as many in lower case as before. */
export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
