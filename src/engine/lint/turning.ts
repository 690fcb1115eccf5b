// What a change of a fact does to comparisons with it: whether it can turn one from false to true, and what is known
// of the fact afterwards.
import type { Change } from '../../facts/catalogue/changes.ts';
import type { FactEntry } from '../../facts/fact.ts';
import { otherFact } from '../condition-facts.ts';
import { granted, type Literal } from './formula.ts';
import { affirmed } from './says.ts';

/** Comparisons that become true by the fact's growing, and by its shrinking; a time grows by being later. */
const GROWING = ['contains', 'containsAny', 'containsAll', 'greaterThan', 'greaterThanInclusive', 'after'];
const SHRINKING = ['lessThan', 'lessThanInclusive', 'before'];

/**
 * Whether the change can make this so, where it was not.
 *
 * @param elements what a list grew or shrank by; null where that is unknown
 */
export function canTurnTrue(literal: Literal, change: Change, elements: readonly string[] | null): boolean {
  if (typeof change === 'object') return true;
  const { operator, holds } = affirmed(literal);
  const { value } = literal.test;
  if (elements !== null && operator.startsWith('contains') && otherFact(value) === null) {
    const named = [value].flat().map((each) => String(each).toLowerCase());
    if (!elements.some((each) => named.includes(each.toLowerCase()))) return false;
  }
  if (change === 'anything') return true;
  // Longer or shorter, it is as known as before.
  if (operator === 'exists') return false;
  const grows = GROWING.includes(operator);
  if (!grows && !SHRINKING.includes(operator)) return true;
  return (grows === holds) === (change === 'more');
}

/** What is known of a fact after a change; `element` is what a list grew or shrank by. */
export function afterwards(entry: FactEntry, change: Change, element: string | null): Literal[] {
  if (typeof change === 'object') {
    if (change.to === null) return [granted(entry, 'exists', false)];
    return [Array.isArray(change.to) ? granted(entry, 'length', 0) : granted(entry, 'equal', change.to)];
  }
  const isList = entry.type === 'strings' || entry.type === 'users';
  if (!isList || element === null || change === 'anything') return [];
  return [granted(entry, 'contains', element, change === 'more')];
}
