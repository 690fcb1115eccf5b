// What a rule would change, and for all that it would not: why not.
import type { Actions } from '../../actions/action.ts';
import type { Facts, FactValue } from '../../facts/fact.ts';
import type { StoredEffect } from '../../store/store.ts';
import type { RuleOutcome } from '../decide.ts';
import type { Change } from '../plan.ts';
import { resolveParams } from '../resolve.ts';
import type { Limits, Rule, RuleAction } from '../rule.ts';
import { accountsOf } from './accounts.ts';
import { stateOf } from './comparison.ts';
import { wordsOf } from './fact-words.ts';
import { listed } from './values.ts';

export interface ExplainedChange {
  readonly op: Change['op'];
  readonly action: string;
  /** What it comes to, for people: `awards 20 points to asha`. */
  readonly summary: string;
  /** Of a replacement: what stands until then. */
  readonly instead?: string;
  /** What else may keep it from happening. */
  readonly unless?: string;
  readonly params: unknown;
}

/** What there is to say of one rule's effects. */
export interface Effects {
  readonly rule: Rule | null;
  readonly outcome: RuleOutcome;
  /** The decision's changes that are this rule's; none of a shadow's. */
  readonly changes: readonly Change[];
  /** What the rule wants, whether it stands already or not. */
  readonly wanted: readonly StoredEffect[];
  /** What stands, happened or waits of it. */
  readonly stored: readonly StoredEffect[];
  /** What the rule looked at. */
  readonly facts: Facts;
  readonly actions: Actions;
}

export function changesOf({ rule, outcome, changes, stored, actions }: Effects): ExplainedChange[] {
  if (outcome.mode === 'shadow')
    return outcome.changes.map(({ op, action, params }) => ({
      op,
      action,
      summary: summaryOf(action, params, actions),
      params,
    }));
  return changes.flatMap(({ op, effect: { key, action, params } }) => {
    const before = stored.find((each) => each.key === key);
    if (before?.state === 'parked' && op !== 'withdraw') return [];
    const instead = op === 'replace' && before ? { instead: summaryOf(before.action, before.params, actions) } : {};
    const unless = op === 'withdraw' ? null : reservationOf(rule, op);
    const summary = summaryOf(action, params, actions);
    return [{ op, action, summary, ...instead, ...(unless === null ? {} : { unless }), params }];
  });
}

/** What only the store knows: how much of a limit is used, and what has happened on other subjects. */
function reservationOf(rule: Rule | null, op: Change['op']): string | null {
  if (rule === null) return null;
  if (rule.limits !== null && op !== 'replace') return `unless ${limitIn(rule.limits)} is reached; then it waits`;
  return op === 'happen' && rule.oncePer === 'contributor' ? 'unless it has happened for them before' : null;
}

function limitIn({ perHour, perDay }: Limits): string {
  const each = [perHour === undefined ? [] : [`${perHour} an hour`], perDay === undefined ? [] : [`${perDay} a day`]];
  return `its limit of ${listed(each.flat())}`;
}

/** Why nothing, or nothing more, changes. */
export function unchangedOf(effects: Effects): string[] {
  const { rule, outcome, changes, stored, actions } = effects;
  const standing = stored.filter(({ state }) => state === 'standing').map((effect) => summaryIn(effect, actions));
  const isWhile = rule?.clause === 'while';
  switch (outcome.outcome) {
    case 'held':
      // What a shadow would replace stands all the same; its changes are told.
      if (outcome.mode === 'shadow' && outcome.changes.length > 0) return [...fruitless(effects), ...shadowed(outcome)];
      return [...settled(effects), ...fruitless(effects), ...shadowed(outcome)];
    case 'not held':
      if (outcome.mode === 'shadow') return shadowed(outcome);
      if (changes.length > 0) return [];
      return [isWhile ? 'the rule does not hold, and nothing of it stands' : 'the rule does not hold'];
    case 'error':
      return [
        `a rule that fails changes nothing${standing.length > 0 ? `; what stands stays: it ${listed(standing)}` : ''}`,
      ];
    case 'out of scope':
      return shadowed(outcome).filter(() => outcome.changes.length > 0);
  }
}

function shadowed({ mode }: RuleOutcome): string[] {
  return mode === 'shadow' ? ['the rule is in shadow: it is decided and recorded, and nothing is done'] : [];
}

/** What is wanted, and is so already, or waits. */
function settled({ rule, changes, wanted, stored, actions }: Effects): string[] {
  return wanted.flatMap((effect) => {
    const before = stored.find(({ key }) => key === effect.key);
    if (before === undefined || before.state === 'withdrawn') return [];
    const summary = summaryIn(before, actions);
    if (before.state === 'parked')
      return [
        `it is parked, and waits until ${rule?.limits ? limitIn(rule.limits) : 'its limit'} has room: ${summary}`,
      ];
    if (changes.some((change) => change.effect.key === effect.key)) return [];
    return [`it ${before.state === 'happened' ? 'happened' : 'stands'} already: ${summary}`];
  });
}

/** Actions of a rule that holds which come to nothing, and why. */
function fruitless({ rule, facts, actions }: Effects): string[] {
  const taken = new Set<string>();
  return (rule?.actions ?? []).flatMap((written) => {
    const action = actions[written.name];
    if (action === undefined) return [];
    const resolved = resolveParams(action, written, facts, () => false);
    const outcomes = action.outcomes(resolved, facts);
    if (outcomes.length === 0) return [`${written.name} comes to nothing${emptyOf(written, resolved, facts)}`];
    const again = outcomes.filter(({ target }) => taken.has(`${action.name} ${target}`));
    for (const { target } of outcomes) taken.add(`${action.name} ${target}`);
    return again.map(
      ({ params }) => `of two that are the same, the first counts: not that it ${action.summary(params)}`,
    );
  });
}

/** `: \`to\` is empty, nobody is known to have approved it`. */
function emptyOf({ params }: RuleAction, resolved: Readonly<Record<string, unknown>>, facts: Facts): string {
  const empty = Object.entries(params).flatMap(([name, written]) => {
    const value = resolved[name];
    if (value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)) return [];
    if (written.kind !== 'fact') return [`\`${name}\` is empty`];
    const words = wordsOf(written.name);
    const known = loginsOf(facts[written.name]);
    return [`\`${name}\` is empty, ${words.deed === null ? stateOf(words, known) : accountsOf(words, known)}`];
  });
  return empty.length === 0 ? ' here' : `: ${empty.join('; ')}`;
}

function loginsOf(value: FactValue | undefined): unknown {
  return typeof value === 'object' && value !== null && 'login' in value ? value.login : value;
}

function summaryIn({ action, params }: StoredEffect, actions: Actions): string {
  return summaryOf(action, params, actions);
}

/** What an effect comes to, for people; the action's name where the action is no more, or was another one then. */
export function summaryOf(action: string, params: unknown, actions: Actions): string {
  const known = Object.hasOwn(actions, action) ? actions[action] : undefined;
  try {
    return known === undefined ? action : known.summary(params as StoredEffect['params']);
  } catch {
    // An action reads only what it made: of one old effect, it would be the whole answer that failed.
    return action;
  }
}
