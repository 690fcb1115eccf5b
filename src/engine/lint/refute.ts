// Whether what a condition asks for contradicts itself. A small decision procedure: alternatives are tried one after
// the other, and of each the comparisons that must hold together are looked at, fact by fact.
//
// It never cries wolf: what it cannot decide, or what would take too long, counts as possible.
import type { FactEntry } from '../../facts/fact.ts';
import { otherFact } from '../condition-facts.ts';
import type { Formula, Literal } from './formula.ts';
import { isPossible } from './possible-value.ts';
import { affirmed, type Claim, claimOf } from './says.ts';

export type FactByName = ReadonlyMap<string, FactEntry>;

/** For each alternative, the comparisons in it that exclude one another. */
export type Refutation = readonly (readonly Literal[])[];

/** How many comparisons may be looked at, over all alternatives; counts down. */
export interface Effort {
  left: number;
}

/** Enough for every condition that people write: those take some dozens. */
export const patience = (): Effort => ({ left: 20_000 });

/** Why it can never hold; null when it can, or when that cannot be told. */
export function refute(formula: Formula, facts: FactByName, effort: Effort): Refutation | null {
  return search([formula], [], facts, effort);
}

function search(
  open: readonly Formula[],
  settled: readonly Literal[],
  facts: FactByName,
  effort: Effort,
): Refutation | null {
  const literals = [...settled];
  const alternatives: (readonly Formula[])[] = [];
  const queue = [...open];
  for (const formula of queue) {
    if (formula.kind === 'literal') literals.push(formula);
    else if (formula.kind === 'and') queue.push(...formula.parts);
    else alternatives.push(formula.parts);
  }
  effort.left -= literals.length + 1;
  if (effort.left < 0) return null;
  const conflict = conflictIn(literals, facts);
  if (conflict !== null) return [conflict];
  const [choice, ...others] = alternatives.sort((a, b) => a.length - b.length);
  if (choice === undefined) return null;
  const rest = others.map((parts): Formula => ({ kind: 'or', parts }));
  const found: (readonly Literal[])[] = [];
  for (const part of choice) {
    const refuted = search([part, ...rest], literals, facts, effort);
    if (refuted === null) return null;
    found.push(...refuted);
  }
  return found;
}

/** Comparisons among these that cannot all be as they are to be; null when none are found. */
function conflictIn(literals: readonly Literal[], facts: FactByName): readonly Literal[] | null {
  const claims = new Map<string, Claim[]>();
  const seen = new Map<string, { literal: Literal; holds: boolean }>();
  for (const literal of literals) {
    const { claims: its, atom } = readingOf(literal);
    for (const { fact, claim } of its) {
      const there = claims.get(fact);
      if (there === undefined) claims.set(fact, [claim]);
      else there.push(claim);
    }
    if (atom === null) continue;
    if (atom.isAbsurd) return [literal];
    const before = seen.get(atom.key);
    if (before !== undefined && before.holds !== atom.holds) return [before.literal, literal];
    seen.set(atom.key, { literal, holds: atom.holds });
  }
  for (const [fact, all] of claims) if (!isPossible(facts.get(fact), all)) return all.map(({ literal }) => literal);
  return null;
}

interface Reading {
  /** What it says of its facts. */
  readonly claims: readonly { readonly fact: string; readonly claim: Claim }[];
  readonly atom: Atom | null;
}

/** A comparison as something that is so or not, whatever it means. */
interface Atom {
  readonly key: string;
  readonly holds: boolean;
  /** It compares a fact with itself, and cannot be. */
  readonly isAbsurd: boolean;
}

const readings = new WeakMap<Literal, Reading>();

/** Each is read once, however many others it is looked at beside. */
function readingOf(literal: Literal): Reading {
  const known = readings.get(literal);
  if (known !== undefined) return known;
  const { test } = literal;
  const other = otherFact(test.value);
  const own = { fact: test.fact, claim: claimOf(literal) };
  const others = other === null || !literal.holds ? [] : [{ fact: other, claim: { literal, known: true, says: null } }];
  const reading = { claims: [own, ...others], atom: atomOf(literal, other) };
  readings.set(literal, reading);
  return reading;
}

/** How a known fact compares with itself. */
const ITSELF: ReadonlyMap<string, boolean> = new Map([
  ['equal', true],
  ['lessThanInclusive', true],
  ['greaterThanInclusive', true],
  ['lessThan', false],
  ['greaterThan', false],
  ['before', false],
  ['after', false],
]);

/** What is not understood any further: comparisons with other facts, and patterns. */
function atomOf(literal: Literal, other: string | null): Atom | null {
  const { test } = literal;
  const { operator, holds } = affirmed(literal);
  // `not: { notEqual: … }` may hold because something is missing, and then says nothing of the value.
  const isContent = !literal.holds && holds;
  if (isContent || (other === null && operator !== 'matches' && operator !== 'matchesGlob')) return null;
  const decorators = test.evaluator.split(':').slice(0, -1).join(':');
  const sides = [test.fact, other ?? String(test.value)];
  if (other !== null && operator === 'equal') sides.sort();
  const key = [decorators, operator, other !== null, ...sides].join(' ');
  return { key, holds, isAbsurd: other === test.fact && literal.holds && ITSELF.get(operator) === !holds };
}

/** Of comparisons that exclude one another, as few as still do. */
export function fewest(conflict: readonly Literal[], facts: FactByName): readonly Literal[] {
  return conflict.reduce<readonly Literal[]>((kept, literal) => {
    const without = kept.filter((each) => each !== literal);
    return conflictIn(without, facts) === null ? kept : without;
  }, conflict);
}
