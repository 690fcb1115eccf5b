// One rule on its ground: whether it holds, and which effects it then wants.
import type { Action, Actions } from '../actions/action.ts';
import type { Facts } from '../facts/fact.ts';
import type { StoredEffect } from '../store/store.ts';
import { type Evaluation, evaluate, type IsLookup, NeedsLookup } from './evaluate.ts';
import { globOf } from './glob.ts';
import { resolveParams } from './resolve.ts';
import type { Rule } from './rule.ts';
import type { Impossible } from './run.ts';

export interface Judged {
  readonly rule: Rule;
  readonly evaluation: Evaluation | { readonly outcome: 'out of scope'; readonly because: string };
  readonly wanted: readonly StoredEffect[];
}

export interface JudgeOptions {
  readonly actions: Actions;
  readonly isLookup: IsLookup;
  /** The time it is, ISO 8601: what `olderThan` and `newerThan` count from. */
  readonly now: string;
}

/** What a rule sees, and what its effects are about. */
export interface Ground {
  readonly owner: string;
  readonly facts: Facts;
  readonly state: 'standing' | 'happened';
  readonly occurrence: string;
  readonly impossible: Impossible;
}

/** @param because why the rule is out of scope; null when it is not */
export async function judge(
  rule: Rule,
  because: string | null,
  ground: Ground,
  { actions, isLookup, now }: JudgeOptions,
): Promise<Judged> {
  if (because !== null) return { rule, evaluation: { outcome: 'out of scope', because }, wanted: [] };
  const facts = withinScope(rule, ground.facts);
  const evaluation = await evaluate(rule, facts, now, isLookup, ground.impossible);
  if (evaluation.outcome !== 'held') return { rule, evaluation, wanted: [] };
  try {
    return { rule, evaluation, wanted: effectsOf(rule, { ...ground, facts }, actions, isLookup) };
  } catch (error) {
    if (error instanceof NeedsLookup)
      return { rule, evaluation: { outcome: 'needs', facts: [error.fact] }, wanted: [] };
    const message = error instanceof Error ? error.message : String(error);
    return { rule, evaluation: { outcome: 'error', error: message }, wanted: [] };
  }
}

/**
 * The facts as a rule for certain repositories sees them: a ticket that lies elsewhere is none. Whoever owns that place
 * writes its labels and its form, and a pull request closes what its author likes.
 */
function withinScope({ repositories }: Rule, facts: Facts): Facts {
  const home = facts['pull_request.ticket.repository'];
  if (repositories.length === 0 || typeof home !== 'string') return facts;
  if (repositories.some((glob) => globOf(glob)(home))) return facts;
  const unseen = Object.keys(facts).filter((name) => name.startsWith('pull_request.ticket.'));
  return { ...facts, ...Object.fromEntries(unseen.map((name) => [name, null])) };
}

/** What a rule that holds comes to. Of two effects with one key, such as two awards to one person, the first counts. */
function effectsOf(rule: Rule, ground: Ground, actions: Actions, isLookup: IsLookup): readonly StoredEffect[] {
  const byKey = new Map<string, StoredEffect>();
  for (const written of rule.actions) {
    const action = actions[written.name];
    if (action === undefined) throw new Error(`there is no action ${written.name}`);
    for (const { target, params } of action.outcomes(
      resolveParams(action, written, ground.facts, isLookup, ground.impossible),
      ground.facts,
    )) {
      const key = [rule.id, scopeOf(rule, ground, action), action.name, target].filter(Boolean).join(' ');
      if (!byKey.has(key)) byKey.set(key, { key, rule: rule.id, action: action.name, params, state: ground.state });
    }
  }
  return [...byKey.values()];
}

/**
 * What an effect is once per: the subject, and under `when` the happening as well, or the contributor alone: each whom
 * the action is for, or whoever caused the event.
 */
function scopeOf(rule: Rule, ground: Ground, { fields }: Action): string {
  if (rule.clause === 'while' || rule.oncePer === 'subject') return ground.owner;
  if (rule.oncePer === 'delivery') return `${ground.owner} ${ground.occurrence}`;
  if (Object.values(fields).some(({ type }) => type === 'users')) return 'ever';
  const by = ground.facts['sender.id'] ?? ground.facts['contributor.id'];
  return typeof by === 'number' ? `by ${by}` : ground.owner;
}
