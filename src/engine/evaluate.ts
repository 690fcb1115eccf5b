// One rule against facts: json-rules-engine decides, and what it saw of each condition comes back as the trace.
// Every evaluation has an engine to itself: a shared one skips rules when two runs overlap, and one failing rule would
// reject them all.
import { Almanac, Engine, Rule as RunnableRule, type TopLevelCondition } from 'json-rules-engine';
import type { Facts, FactValue } from '../facts/fact.ts';
import { otherFact, testsIn } from './condition-facts.ts';
import { operators } from './operators.ts';
import type { Condition, Rule, Test } from './rule.ts';

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
  const runnable = runnableOf(rule);
  const almanac = new Known(facts, now, isLookup);
  const engine = idle.pop() ?? newEngine();
  try {
    const { results, failureResults } = await engine.addRule(runnable).run({}, { almanac });
    engine.removeRule(runnable);
    idle.push(engine);
    const seen = results[0] ?? failureResults[0];
    if (seen === undefined) throw new Error('json-rules-engine gave no result');
    if (almanac.missing.length > 0) return { outcome: 'needs', facts: [...new Set(almanac.missing)] };
    const root = seen.conditions as unknown as Seen;
    // The engine says of the outermost condition only what the rule came to.
    root.result = seen.result === true;
    const trace = traceOf(rule.condition, isSingleTest(rule.condition) ? root.all?.[0] : root, facts);
    return { outcome: root.result ? 'held' : 'not held', trace };
  } catch (error) {
    // The engine is left to itself: parts of the run may still be under way in it.
    return { outcome: 'error', error: error instanceof Error ? error.message : String(error) };
  }
}

/** Engines at rest, without a rule. There come to be as many as ever ran at once. */
const idle: Engine[] = [];

function newEngine(): Engine {
  const engine = new Engine();
  for (const operator of operators.values()) engine.addOperator(operator.name, operator.test);
  for (const [name, decorate] of DECORATORS) engine.addOperatorDecorator(name, decorate);
  return engine;
}

/**
 * What is known, as an engine asks for it. A fact that must be looked up is unknown for this run, and is noted; the run
 * goes on, so that all that is needed is asked for at once.
 */
class Known extends Almanac {
  readonly missing: string[] = [];
  readonly #facts: Facts;
  readonly #now: string;
  readonly #isLookup: IsLookup;

  constructor(facts: Facts, now: string, isLookup: IsLookup) {
    super();
    this.#facts = facts;
    this.#now = now;
    this.#isLookup = isLookup;
  }

  fact(name: string): FactValue | undefined {
    if (Object.hasOwn(this.#facts, name)) return this.#facts[name];
    if (this.#isLookup(name)) this.missing.push(name);
    return undefined;
  }

  timeBefore(ago: number): string {
    return new Date(Date.parse(this.#now) - ago).toISOString();
  }

  /** Takes no path: json-rules-engine's own resolver runs code from them. Ours are part of the facts' names. */
  override factValue<T>(name: string): Promise<T> {
    return Promise.resolve(this.fact(name) as T);
  }

  /** What stands on the right of an operator. */
  getValue(operand: Operand): Promise<unknown> {
    return Promise.resolve(operand(this));
  }
}

/** The engine copies a rule's conditions for every run, values and all, but no functions. */
type Operand = (known: Known) => unknown;

function operandOf({ value, ago }: Test): Operand {
  const other = otherFact(value);
  if (ago !== undefined) return (known) => known.timeBefore(ago);
  return other === null ? () => value : (known) => known.fact(other);
}

/** Rules as json-rules-engine has them. Nothing of a run stays in them, so that runs can share them. */
const runnables = new WeakMap<Rule, RunnableRule>();

function runnableOf(rule: Rule): RunnableRule {
  const known = runnables.get(rule);
  if (known !== undefined) return known;
  const inner = nested(rule.condition);
  const conditions = 'fact' in inner ? { all: [inner] } : inner;
  const made = new RunnableRule({ conditions, event: { type: rule.id } });
  runnables.set(rule, made);
  return made;
}

/** Whether there is but one comparison, which the engine must have in a group. */
function isSingleTest(condition: Condition): boolean {
  if (condition.kind === 'test') return true;
  return condition.kind !== 'not' && condition.conditions.length === 1 && condition.conditions.every(isSingleTest);
}

type Nested = TopLevelCondition | { fact: string; operator: string; value: Operand; priority?: number };

/**
 * json-rules-engine runs higher priorities first (1, if nothing is said) and stops when they settle it: what costs a
 * question comes last. All or any of a single part, such as a named condition, are that part: every level costs.
 */
function nested(condition: Condition, beside: Condition = condition): Nested {
  const asks = (one: Condition) => testsIn(one).some(({ looksUp }) => looksUp);
  const priority = asks(beside) && !asks(condition) ? { priority: 2 } : {};
  switch (condition.kind) {
    case 'test':
      return { fact: condition.fact, operator: condition.evaluator, value: operandOf(condition), ...priority };
    case 'not':
      return { not: nested(condition.condition), ...priority };
    default: {
      const [only] = condition.conditions;
      if (only !== undefined && condition.conditions.length === 1) return nested(only, beside);
      const parts = condition.conditions.map((part) => nested(part, condition));
      return condition.kind === 'all' ? { all: parts, ...priority } : { any: parts, ...priority };
    }
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
  result?: boolean;
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
  if (isUser(value)) return value.login;
  return typeof value === 'string' && value.length > 200 ? `${value.slice(0, 199)}…` : value;
}
