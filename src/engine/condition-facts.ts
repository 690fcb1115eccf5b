// The facts that a condition names, on either side of its comparisons.
import type { Condition } from './rule.ts';

export function factsIn(condition: Condition): string[] {
  return [...new Set(testsIn(condition).flatMap(({ fact, value }) => [fact, otherFact(value) ?? fact]))];
}

/** Every comparison of a condition, in the order in which they are written. */
export function testsIn(condition: Condition): Extract<Condition, { kind: 'test' }>[] {
  if (condition.kind === 'not') return testsIn(condition.condition);
  return condition.kind === 'test' ? [condition] : condition.conditions.flatMap(testsIn);
}

/** The fact that a comparison's right side names, or null where it is a value. */
export function otherFact(value: unknown): string | null {
  const named = typeof value === 'object' && value !== null && 'fact' in value ? value.fact : null;
  return typeof named === 'string' ? named : null;
}
