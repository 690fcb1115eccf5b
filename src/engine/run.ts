// json-rules-engine, as this uses it: one condition against what is known, and what became of each of its parts.
// Every run has an engine to itself: a shared one skips rules when two runs overlap, and one failing rule would reject
// them all.
import { Almanac, Engine, Rule as EngineRule, type TopLevelCondition } from 'json-rules-engine';
import type { Facts, FactValue } from '../facts/fact.ts';
import { otherFact } from './condition-facts.ts';
import { decorators } from './decorators.ts';
import { operators } from './operators.ts';
import type { Condition, Test } from './rule.ts';

/** What a run made of a condition; a part without a result did not need to be looked at. */
export interface Seen {
  result?: boolean;
  all?: readonly Seen[];
  any?: readonly Seen[];
  not?: Seen;
}

/** Facts that cannot be looked up, with the reason. */
export type Impossible = Readonly<Record<string, string>>;

/**
 * What is known, as an engine asks for it. A fact that must be looked up is unknown for this run, and is noted; the run
 * goes on, so that all that is needed is asked for at once. So is the first that was looked for in vain.
 */
export class Known extends Almanac {
  readonly missing = new Set<string>();
  /** Name of a fact that was asked for and cannot be looked up. */
  lost: string | null = null;
  readonly #facts: Facts;
  readonly #now: string;
  readonly #isLookup: (fact: string) => boolean;
  readonly #impossible: Impossible;

  constructor(facts: Facts, now: string, isLookup: (fact: string) => boolean, impossible: Impossible) {
    super();
    this.#facts = facts;
    this.#now = now;
    this.#isLookup = isLookup;
    this.#impossible = impossible;
  }

  /** Takes no path: json-rules-engine's own resolver runs code from them. Ours are part of the facts' names. */
  override factValue<T>(name: string): Promise<T> {
    return Promise.resolve(this.#fact(name) as T);
  }

  /** The right side of a comparison, which is given as a whole. */
  getValue({ value, ago }: Test): Promise<unknown> {
    if (ago !== undefined) return Promise.resolve(new Date(Date.parse(this.#now) - ago).toISOString());
    const other = otherFact(value);
    return Promise.resolve(other === null ? value : this.#fact(other));
  }

  #fact(name: string): FactValue | undefined {
    if (Object.hasOwn(this.#facts, name)) return this.#facts[name];
    if (Object.hasOwn(this.#impossible, name)) this.lost ??= name;
    else if (this.#isLookup(name)) this.missing.add(name);
    return undefined;
  }
}

/**
 * What became of a condition and its parts, where a group of one part, such as a named condition, is that part.
 *
 * The engine notes results in a copy of its rule's conditions, which it makes for every run with a copier of anything
 * whatsoever: that takes 11 of 20 µs for four comparisons. The copier leaves functions alone; so the conditions are made
 * anew for each run, in 2 µs, and stand behind a function.
 *
 * @throws what an operator throws
 */
export async function run(condition: Condition, known: Known): Promise<Seen> {
  const seat = idle.pop() ?? newSeat();
  const part = partOf(condition);
  const conditions = Object.assign(() => undefined, 'fact' in part ? { all: [part] } : part);
  seat.rule.conditions = conditions as unknown as TopLevelCondition;
  // One in which a run failed is left to itself: parts of the run may still be under way in it.
  const { results } = await seat.engine.run({}, { almanac: known });
  idle.push(seat);
  // The engine says of the outermost condition only what its rule came to.
  part.result = results.length > 0;
  return part;
}

/** An engine with one rule, whose conditions are exchanged for each run. */
interface Seat {
  readonly engine: Engine;
  readonly rule: EngineRule;
}

/** There come to be as many as ever ran at once. */
const idle: Seat[] = [];

const anyRule = () => new EngineRule({ conditions: { all: [] }, event: { type: 'held' } });

function newSeat(): Seat {
  const engine = new Engine();
  const rule = anyRule();
  engine.addRule(rule);
  for (const operator of operators.values()) engine.addOperator(operator.name, operator.test);
  for (const [name, decorate] of decorators) engine.addOperatorDecorator(name, decorate);
  return { engine, rule };
}

/** The engine's own condition. Higher priorities are run first, and the others only where these leave the matter open. */
interface Part extends Seen {
  priority: number;
  operator: string;
  fact?: string;
  value?: Test;
}

/** What the engine's conditions can do. */
const METHODS: object = Object.getPrototypeOf(anyRule().conditions);

function partOf(condition: Condition): Part {
  const part: Part = Object.create(METHODS);
  switch (condition.kind) {
    case 'test':
      part.fact = condition.fact;
      part.operator = condition.evaluator;
      part.value = condition;
      // What costs a question comes last.
      part.priority = condition.looksUp ? 1 : 2;
      return part;
    case 'not': {
      const inner = partOf(condition.condition);
      part.not = inner;
      part.operator = 'not';
      part.priority = inner.priority;
      return part;
    }
    default: {
      const [only] = condition.conditions;
      if (only !== undefined && condition.conditions.length === 1) return partOf(only);
      const parts = condition.conditions.map(partOf);
      part[condition.kind] = parts;
      part.operator = condition.kind;
      part.priority = Math.min(...parts.map(({ priority }) => priority));
      return part;
    }
  }
}
