// One rule against facts: json-rules-engine decides, and what it saw of each condition comes back as the trace.
// Every evaluation has an engine to itself: a shared one skips rules when two runs overlap, and one failing fact would
// reject them all.
import { Engine, type TopLevelCondition } from 'json-rules-engine';
import type { Facts, FactValue } from '../facts/fact.ts';
import { factsIn, otherFact, testsIn } from './condition-facts.ts';
import { operators } from './operators.ts';
import type { Condition, Rule } from './rule.ts';

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

export async function evaluate(rule: Rule, facts: Facts, now: string, isLookup: IsLookup): Promise<Evaluation> {
  const missing = new Set<string>();
  const prepared = take(rule);
  try {
    const given: Record<string, unknown> = {};
    for (const fact of prepared.facts) {
      if (Object.hasOwn(facts, fact)) given[fact] = facts[fact] ?? null;
      else if (isLookup(fact)) {
        given[fact] = () => {
          missing.add(fact);
          throw new NeedsLookup(fact);
        };
      }
    }
    for (const ago of prepared.ages) given[timeOf(ago)] = new Date(Date.parse(now) - ago).toISOString();
    const { results, failureResults } = await prepared.engine.run(given);
    const seen = results[0] ?? failureResults[0];
    if (seen === undefined) throw new Error('json-rules-engine gave no result');
    const traced = seen.conditions as unknown as Seen;
    const root = rule.condition.kind === 'test' ? traced.all?.[0] : traced;
    const held = seen.result === true;
    return { outcome: held ? 'held' : 'not held', trace: traceOf(rule.condition, { ...root, result: held }, facts) };
  } catch (error) {
    if (missing.size > 0) return { outcome: 'needs', facts: [...missing] };
    return { outcome: 'error', error: error instanceof Error ? error.message : String(error) };
  } finally {
    give(rule, prepared);
  }
}

/** An engine that holds one rule, and is run by one evaluation at a time. */
interface Prepared {
  readonly engine: Engine;
  readonly facts: readonly string[];
  readonly ages: readonly number[];
}

/** Engines at rest. Making one costs as much as running it. */
const idle = new WeakMap<Rule, Prepared[]>();

function take(rule: Rule): Prepared {
  const ready = idle.get(rule)?.pop();
  if (ready !== undefined) return ready;
  const engine = new Engine([], { allowUndefinedFacts: true, pathResolver: refusePath });
  for (const operator of operators.values()) engine.addOperator(operator.name, operator.test);
  for (const [name, decorate] of DECORATORS) engine.addOperatorDecorator(name, decorate);
  engine.addRule({ conditions: runnable(rule.condition), event: { type: rule.id } });
  const ages = testsIn(rule.condition).flatMap(({ ago }) => ago ?? []);
  return { engine, facts: factsIn(rule.condition), ages: [...new Set(ages)] };
}

function give(rule: Rule, prepared: Prepared): void {
  const resting = idle.get(rule);
  if (resting === undefined) idle.set(rule, [prepared]);
  else resting.push(prepared);
}

/** Name under which the engine finds the time that was so many milliseconds ago. */
function timeOf(ago: number): string {
  return `${ago} ms ago`;
}

/** Paths are folded into fact names when a rule is loaded; the engine's own resolver runs code from them. */
function refusePath(): never {
  throw new Error('rules have no paths');
}

/** json-rules-engine runs higher priorities first and stops when they settle it: what costs a question comes last. */
function runnable(condition: Condition): TopLevelCondition {
  const inner = nested(condition);
  return 'fact' in inner ? { all: [inner] } : inner;
}

type Nested = TopLevelCondition | { fact: string; operator: string; value: unknown; priority: number };

function nested(condition: Condition): Nested {
  const priority = testsIn(condition).some(({ looksUp }) => looksUp) ? 1 : 2;
  switch (condition.kind) {
    case 'test': {
      const { fact, evaluator, value, ago } = condition;
      return { fact, operator: evaluator, value: ago === undefined ? value : { fact: timeOf(ago) }, priority };
    }
    case 'not':
      return { not: nested(condition.condition), priority };
    case 'all':
      return { all: condition.conditions.map(nested), priority };
    case 'any':
      return { any: condition.conditions.map(nested), priority };
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
  const { line } = condition.at;
  switch (condition.kind) {
    case 'not':
      return { not: traceOf(condition.condition, seen?.not, facts), result, line };
    case 'any':
      return { any: condition.conditions.map((part, i) => traceOf(part, seen?.any?.[i], facts)), result, line };
    case 'all': {
      const all = condition.conditions.map((part, i) => traceOf(part, seen?.all?.[i], facts));
      return { all, result, line, ...nameOf(condition) };
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

/** A condition that goes by a name may stand in another file than the rule. */
function nameOf({ name, conditions: [inner] }: Extract<Condition, { kind: 'all' | 'any' }>) {
  return name === undefined ? {} : { condition: name, ...(inner === undefined ? {} : { file: inner.at.file }) };
}

/** Traces are kept and read: a long text is cut, a user goes by its login. */
function shown(value: FactValue | undefined): unknown {
  if (Array.isArray(value)) return value.slice(0, 50).map(shown);
  if (isUser(value)) return value.login;
  return typeof value === 'string' && value.length > 200 ? `${value.slice(0, 199)}…` : value;
}
