// One example, run by json-rules-engine as it comes and by rules of ours: what each rule and each condition came to.
import type { Engine } from 'json-rules-engine';
import { decide } from '../../../src/engine/decide.ts';
import type { Trace } from '../../../src/engine/evaluate.ts';
import type { RuleSet } from '../../../src/engine/rule.ts';
import type { Facts } from '../../../src/facts/fact.ts';
import { vocabulary } from './language.ts';

/** Result of a condition, with those of its parts; null for one that was not looked at. */
export type Result = boolean | null | { readonly [group in 'all' | 'any' | 'not']?: readonly Result[] };

/** By the name of each rule: whether it held, what it says when it does, and its conditions. */
export type Results = Readonly<Record<string, { held: boolean; says: string | null; conditions: Result }>>;

const isLookup = (name: string) => vocabulary.facts.some((fact) => fact.name === name && fact.source === 'lookup');

export function decided(rules: RuleSet, facts: Facts) {
  const moment = { event: 'run', occurrence: 'once', facts };
  return decide(
    { rules, actions: vocabulary.actions, isLookup, now: '2026-06-01T09:00:00Z' },
    { moment, subject: null },
  );
}

export async function ours(rules: RuleSet, facts: Facts): Promise<Results> {
  const decision = await decided(rules, facts);
  const results = decision.rules.map(({ id, outcome, conditions, changes }) => {
    if (conditions === undefined) throw new Error(`${id} is ${outcome}`);
    const says = changes.map(({ params }) => String(params))[0] ?? null;
    return [id.split('/')[1], { held: outcome === 'held', says, conditions: resultOf(conditions) }] as const;
  });
  return Object.fromEntries(results);
}

/** A named condition is what its name stands for, as it is in json-rules-engine's results. */
function resultOf(trace: Trace): Result {
  if ('fact' in trace) return trace.result;
  if ('not' in trace) return { not: [resultOf(trace.not)] };
  if ('any' in trace) return { any: trace.any.map(resultOf) };
  const [named] = trace.all;
  if (trace.condition !== undefined && named !== undefined) return resultOf(named);
  return { all: trace.all.map(resultOf) };
}

/** json-rules-engine's condition after a run, which its types do not tell. */
interface Seen {
  readonly result?: boolean;
  readonly all?: readonly Seen[];
  readonly any?: readonly Seen[];
  readonly not?: Seen;
}

/** Of rules with a `name` each, whose event's `params.text` is what they say. */
export async function theirs(engine: Engine, facts: Record<string, unknown>, options = {}): Promise<Results> {
  const { results, failureResults } = await engine.run(facts, options);
  return Object.fromEntries(
    [...results, ...failureResults].map(({ name, result, event, conditions }) => {
      const says = result ? Object.values(event?.params ?? {}).join(' ') : null;
      return [name, { held: result, says, conditions: seen(conditions as unknown as Seen) }];
    }),
  );
}

function seen({ all, any, not, result }: Seen): Result {
  if (all !== undefined) return { all: all.map(seen) };
  if (any !== undefined) return { any: any.map(seen) };
  return not === undefined ? (result ?? null) : { not: [seen(not)] };
}
