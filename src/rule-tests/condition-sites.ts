// The places of a rule's condition: each comparison and each group. What stands in a named condition is one place,
// however many rules name it, as it is written once.
import type { Trace } from '../engine/evaluate.ts';
import type { Condition, Rule } from '../engine/rule.ts';

/** A comparison, or a group of conditions. */
export interface Site {
  /** The same for the same place, whichever rule it is reached from. */
  readonly key: string;
  readonly condition: Condition;
  /** What became of it in one evaluation; null when it did not need to be looked at. */
  readonly result: boolean | null;
}

/** Every place of a rule's condition, with what a trace says of it. */
export function sitesOf(rule: Rule, trace?: Trace): Site[] {
  return [...walk(rule.condition, rule.id, trace)];
}

function* walk(condition: Condition, key: string, trace: Trace | undefined): Generator<Site> {
  yield { key, condition, result: trace?.result ?? null };
  for (const { key: inner, condition: part, index } of partsOf(condition, key))
    yield* walk(part, inner, partOf(trace, index));
}

/** The condition with another in one place; itself where it has no such place. */
export function replaced(condition: Condition, key: string, target: string, by: Condition): Condition {
  if (key === target) return by;
  const parts = partsOf(condition, key).map((part) => replaced(part.condition, part.key, target, by));
  const before = partsOf(condition, key).map((part) => part.condition);
  if (parts.every((part, index) => part === before[index])) return condition;
  const [only] = parts;
  if (condition.kind === 'not') return only === undefined ? condition : { ...condition, condition: only };
  return condition.kind === 'test' ? condition : { ...condition, conditions: parts };
}

interface Part {
  readonly key: string;
  readonly condition: Condition;
  readonly index: number;
}

function partsOf(condition: Condition, key: string): Part[] {
  if (condition.kind === 'test') return [];
  if (condition.kind === 'not') return [{ key: `${key}/not`, condition: condition.condition, index: 0 }];
  const { name } = condition;
  return condition.conditions.map((part, index) => ({
    key: name === undefined ? `${key}/${index}` : `condition ${name}`,
    condition: part,
    index,
  }));
}

function partOf(trace: Trace | undefined, index: number): Trace | undefined {
  if (trace === undefined || 'fact' in trace) return undefined;
  if ('not' in trace) return trace.not;
  return 'all' in trace ? trace.all[index] : trace.any[index];
}
