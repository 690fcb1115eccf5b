// One rule against facts: json-rules-engine decides, and what it saw of each condition comes back as the trace.
import type { Facts, FactValue } from '../facts/fact.ts';
import { otherFact } from './condition-facts.ts';
import type { Condition, Rule } from './rule.ts';
import { type Impossible, Known, run, type Seen } from './run.ts';

/** What became of each condition: `result` is null for one that did not need to be looked at. */
export type Trace =
  | {
      readonly all: readonly Trace[];
      readonly result: boolean | null;
      /** Of a named condition: its name, and the file in which the lines of its parts are. */
      readonly condition?: string;
      readonly file?: string;
      readonly line: number;
    }
  | { readonly any: readonly Trace[]; readonly result: boolean | null; readonly line: number }
  | { readonly not: Trace; readonly result: boolean | null; readonly line: number }
  | {
      readonly fact: string;
      readonly operator: string;
      readonly expected: unknown;
      /** Absent when the fact is unknown. */
      readonly actual?: unknown;
      readonly result: boolean | null;
      readonly line: number;
    };

export type Evaluation =
  | { readonly outcome: 'held' | 'not held'; readonly trace: Trace }
  /** Facts that must be looked up before this can be said. */
  | { readonly outcome: 'needs'; readonly facts: readonly string[] }
  | { readonly outcome: 'error'; readonly error: string };

/** A fact that has to be looked up was asked for. */
export class NeedsLookup extends Error {
  override name = 'NeedsLookup';
  readonly fact: string;

  constructor(fact: string) {
    super(`${fact} must be looked up`);
    this.fact = fact;
  }
}

/** What can be looked up: asked for only when the conditions that cost nothing leave the matter open. */
export type IsLookup = (fact: string) => boolean;

/** Why a rule that needs the fact cannot be decided. */
export function cannotBeLookedUp(fact: string, impossible: Impossible): string {
  return `${fact} cannot be looked up: ${impossible[fact]}`;
}

/** @param impossible what no looking up will give: asked for, it is an error of this rule */
export async function evaluate(
  rule: Rule,
  facts: Facts,
  now: string,
  isLookup: IsLookup,
  impossible: Impossible = {},
): Promise<Evaluation> {
  const known = new Known(facts, now, isLookup, impossible);
  try {
    const seen = await run(rule.condition, known);
    if (known.lost !== null) return { outcome: 'error', error: cannotBeLookedUp(known.lost, impossible) };
    if (known.missing.size > 0) return { outcome: 'needs', facts: [...known.missing] };
    return { outcome: seen.result ? 'held' : 'not held', trace: traceOf(rule.condition, seen, facts) };
  } catch (error) {
    return { outcome: 'error', error: error instanceof Error ? error.message : String(error) };
  }
}

function traceOf(condition: Condition, seen: Seen | undefined, facts: Facts): Trace {
  const result = seen?.result ?? null;
  const { line } = condition.at;
  switch (condition.kind) {
    case 'not':
      return { not: traceOf(condition.condition, seen?.not, facts), result, line };
    case 'any':
      return { any: partsOf(condition, seen, facts), result, line };
    case 'all': {
      const all = partsOf(condition, seen, facts);
      return condition.name === undefined ? { all, result, line } : { all, result, line, ...nameOf(condition) };
    }
    case 'test': {
      const { fact, operator, value } = condition;
      const other = otherFact(value);
      const expected = other === null ? value : { fact: other, value: shown(facts[other]) };
      if (!Object.hasOwn(facts, fact)) return { fact, operator, expected, result, line };
      return { fact, operator, expected, actual: shown(facts[fact]), result, line };
    }
  }
}

function partsOf({ kind, conditions }: Group, seen: Seen | undefined, facts: Facts): Trace[] {
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return [traceOf(only, seen, facts)];
  return conditions.map((part, place) => traceOf(part, seen?.[kind]?.[place], facts));
}

type Group = Extract<Condition, { kind: 'all' | 'any' }>;

/** A condition that goes by a name may stand in another file than the rule. */
function nameOf({ name, conditions: [inner] }: Group) {
  return name === undefined ? {} : { condition: name, ...(inner === undefined ? {} : { file: inner.at.file }) };
}

/** Traces are kept and read: a long text is cut, a user goes by its login. */
function shown(value: FactValue | undefined): unknown {
  if (Array.isArray(value)) return value.slice(0, 50).map(shown);
  if (typeof value === 'object' && value !== null && 'login' in value) return value.login;
  return typeof value === 'string' && value.length > 200 ? `${value.slice(0, 199)}…` : value;
}
