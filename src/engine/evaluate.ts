// One rule against facts: json-rules-engine decides, and what it saw of each condition comes back as the trace.
// Every evaluation has an engine of its own: a shared one skips rules when two runs overlap, and one failing fact
// would reject them all.
import { Engine, type TopLevelCondition } from 'json-rules-engine';
import type { Facts, FactValue } from '../facts/fact.ts';
import { operators } from './operators.ts';
import type { Condition, Rule } from './rule.ts';

/** What became of each condition: `result` is null for one that did not need to be looked at. */
export type Trace =
  | {
      readonly all: readonly Trace[];
      readonly result: boolean | null;
      readonly condition?: string;
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

export async function evaluate(rule: Rule, facts: Facts, isLookup: IsLookup): Promise<Evaluation> {
  const missing = new Set<string>();
  const engine = new Engine([], { allowUndefinedFacts: true, pathResolver: refusePath });
  for (const operator of operators.values()) engine.addOperator(operator.name, operator.test);
  for (const [name, decorate] of DECORATORS) engine.addOperatorDecorator(name, decorate);
  for (const fact of factsIn(rule.condition)) {
    if (Object.hasOwn(facts, fact)) engine.addFact(fact, facts[fact] ?? null);
    else if (isLookup(fact)) {
      engine.addFact(fact, () => {
        missing.add(fact);
        throw new NeedsLookup(fact);
      });
    }
  }
  engine.addRule({ conditions: runnable(rule.condition, isLookup), event: { type: rule.id } });
  try {
    const { results, failureResults } = await engine.run();
    const seen = results[0] ?? failureResults[0];
    if (seen === undefined) throw new Error('json-rules-engine gave no result');
    const traced = seen.conditions as unknown as Seen;
    const root = rule.condition.kind === 'test' ? traced.all?.[0] : traced;
    const held = seen.result === true;
    return { outcome: held ? 'held' : 'not held', trace: traceOf(rule.condition, { ...root, result: held }, facts) };
  } catch (error) {
    if (missing.size > 0) return { outcome: 'needs', facts: [...missing] };
    return { outcome: 'error', error: error instanceof Error ? error.message : String(error) };
  }
}

/** Paths are folded into fact names when a rule is loaded; the engine's own resolver runs code from them. */
function refusePath(): never {
  throw new Error('rules have no paths');
}

export function factsIn(condition: Condition): string[] {
  if (condition.kind === 'not') return factsIn(condition.condition);
  if (condition.kind !== 'test') return [...new Set(condition.conditions.flatMap(factsIn))];
  const other = otherFact(condition.value);
  return other === null ? [condition.fact] : [condition.fact, other];
}

function otherFact(value: unknown): string | null {
  const named = typeof value === 'object' && value !== null && 'fact' in value ? value.fact : null;
  return typeof named === 'string' ? named : null;
}

/** json-rules-engine runs higher priorities first and stops when they settle it. */
function runnable(condition: Condition, isLookup: IsLookup): TopLevelCondition {
  const inner = nested(condition, isLookup);
  return 'fact' in inner ? { all: [inner] } : inner;
}

type Nested = TopLevelCondition | { fact: string; operator: string; value: unknown; priority: number };

function nested(condition: Condition, isLookup: IsLookup): Nested {
  const priority = factsIn(condition).some(isLookup) ? 1 : 2;
  switch (condition.kind) {
    case 'test':
      return { fact: condition.fact, operator: condition.evaluator, value: condition.value, priority };
    case 'not':
      return { not: nested(condition.condition, isLookup), priority };
    case 'all':
      return { all: condition.conditions.map((part) => nested(part, isLookup)), priority };
    case 'any':
      return { any: condition.conditions.map((part) => nested(part, isLookup)), priority };
  }
}

type Next = (fact: unknown, value: unknown) => boolean;

/** Prepare both sides of an operator: see `decorators` where conditions are compiled. */
const DECORATORS: readonly [string, (fact: unknown, value: unknown, next: Next) => boolean][] = [
  ['ignoreCase', (fact, value, next) => next(folded(fact), folded(value))],
  ['length', (fact, value, next) => next(typeof fact === 'string' || Array.isArray(fact) ? fact.length : null, value)],
  [
    'user',
    (fact, value, next) => (isUser(value) ? next(account(fact), account(value)) : next(login(fact), login(value))),
  ],
];

function folded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(folded);
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function isUser(value: unknown): value is { id: number; login: string } {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === 'object' && one !== null && 'id' in one && 'login' in one;
}

/** Two accounts are compared by number, which outlives a rename. */
function account(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(account);
  return isUser(value) ? value.id : value;
}

function login(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(login);
  return folded(isUser(value) ? value.login : value);
}

/** json-rules-engine's condition after a run. */
interface Seen {
  readonly result?: boolean;
  readonly all?: readonly Seen[];
  readonly any?: readonly Seen[];
  readonly not?: Seen;
}

function traceOf(condition: Condition, seen: Seen | undefined, facts: Facts): Trace {
  const result = seen?.result ?? null;
  const { line } = condition;
  switch (condition.kind) {
    case 'not':
      return { not: traceOf(condition.condition, seen?.not, facts), result, line };
    case 'any':
      return { any: condition.conditions.map((part, i) => traceOf(part, seen?.any?.[i], facts)), result, line };
    case 'all': {
      const all = condition.conditions.map((part, i) => traceOf(part, seen?.all?.[i], facts));
      return { all, result, line, ...(condition.name === undefined ? {} : { condition: condition.name }) };
    }
    case 'test': {
      const { fact, operator } = condition;
      const other = otherFact(condition.value);
      const expected = other === null ? condition.value : { fact: other, value: shown(facts[other]) };
      const actual = Object.hasOwn(facts, fact) ? { actual: shown(facts[fact]) } : {};
      return { fact, operator, expected, ...actual, result, line };
    }
  }
}

/** Traces are kept and read: a long text is cut, a user goes by its login. */
function shown(value: FactValue | undefined): unknown {
  if (Array.isArray(value)) return value.slice(0, 50).map(shown);
  if (isUser(value)) return value.login;
  return typeof value === 'string' && value.length > 200 ? `${value.slice(0, 199)}…` : value;
}
