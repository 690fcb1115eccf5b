// The decision: which effects should stand on a subject, against which do. Pure: the worker, tests and explanations
// are this one function with different ends attached.
//
// `while` rules see the subject's state and nothing else; the result does not depend on how it came about. A rule
// covers a subject once one of the events in its `on` was about it. `when` rules see the one delivery.
import type { Action, Actions, Lines } from '../actions/action.ts';
import type { Facts } from '../facts/fact.ts';
import type { StoredEffect } from '../store/store.ts';
import { type Evaluation, evaluate, type IsLookup, NeedsLookup, type Trace } from './evaluate.ts';
import { globOf } from './glob.ts';
import { resolveParams } from './resolve.ts';
import type { Rule, RuleSet } from './rule.ts';

export interface Situation {
  /** What just happened, or null when a subject is only decided again. */
  readonly moment: {
    /** `issues.labeled`, or `fork` for an event without action. */
    readonly event: string;
    /** Digest of the signed body: the same body is the same happening, whatever its headers say. */
    readonly occurrence: string;
    readonly facts: Facts;
  } | null;
  /** What the state rules look at, or null when the event is about no subject. */
  readonly subject: {
    readonly key: string;
    readonly kind: string;
    readonly events: readonly string[];
    readonly facts: Facts;
    readonly gone: boolean;
    readonly effects: readonly StoredEffect[];
  } | null;
}

export interface Change {
  readonly op: 'stand' | 'replace' | 'withdraw' | 'happen';
  readonly effect: StoredEffect;
  readonly lines: Lines;
}

export interface RuleOutcome {
  readonly id: string;
  readonly outcome: 'held' | 'not held' | 'error' | 'out of scope';
  /** Decided, and nothing of it done. */
  readonly mode?: 'shadow';
  readonly conditions?: Trace;
  readonly error?: string;
  /** Why it is out of scope. */
  readonly because?: string;
  /** Of a shadow rule: what would change. */
  readonly changes: readonly { readonly op: Change['op']; readonly action: string; readonly params: unknown }[];
}

export interface Decision {
  readonly rules: readonly RuleOutcome[];
  readonly changes: readonly Change[];
  /** Every effect that the rules want, whether it stands already, would change, or is a shadow's. */
  readonly wanted: readonly StoredEffect[];
  /** Facts that must be looked up before this decision counts; decide again with them. */
  readonly needs: readonly string[];
}

interface Judged {
  readonly rule: Rule;
  readonly evaluation: Evaluation | { readonly outcome: 'out of scope'; readonly because: string };
  readonly wanted: readonly StoredEffect[];
}

export interface DecideOptions {
  readonly rules: RuleSet;
  readonly actions: Actions;
  readonly isLookup: IsLookup;
  /** The time it is, ISO 8601: what `olderThan` and `newerThan` count from. */
  readonly now: string;
}

export async function decide(options: DecideOptions, situation: Situation): Promise<Decision> {
  const { moment, subject } = situation;
  const judged: Judged[] = [];
  const owner = subject?.key ?? 'none';
  const standing = (subject?.effects ?? []).filter(isThere).map(({ rule }) => rule);
  if (moment !== null) {
    const ground = { owner, facts: moment.facts, state: 'happened', occurrence: moment.occurrence } as const;
    for (const rule of options.rules.atEvent(moment.event, moment.facts, standing)) {
      if (isAbout(rule, subject)) judged.push(await judge(rule, outside(rule, moment.facts), ground, options));
    }
  }
  if (subject !== null) {
    const ground = { owner, facts: subject.facts, state: 'standing', occurrence: '' } as const;
    for (const rule of options.rules.onSubject(subject.kind, subject.facts, standing)) {
      judged.push(await judge(rule, uncovered(rule, subject), ground, options));
    }
  }
  const needs = judged.flatMap(({ evaluation }) => (evaluation.outcome === 'needs' ? evaluation.facts : []));
  const changes = planned(judged, subject?.effects ?? [], options);
  const live = changes.filter(({ effect }) => !isShadow(effect.rule, options.rules));
  const wanted = judged.flatMap((one) => one.wanted);
  return { rules: outcomes(judged, changes, options.rules), changes: live, wanted, needs: [...new Set(needs)] };
}

/** `schedule.daily` comes to issues and to pull requests; a rule on it is about one of them. */
function isAbout(rule: Rule, subject: Situation['subject']): boolean {
  return !rule.on.includes('schedule.daily') || rule.subject === null || rule.subject === subject?.kind;
}

/** Why a `while` does not cover a subject, or null when it does. */
function uncovered(rule: Rule, { gone, events, facts }: NonNullable<Situation['subject']>): string | null {
  if (gone) return 'it is gone: deleted, or moved away';
  // Every day comes to every subject.
  if (!rule.on.includes('schedule.daily') && !events.some((event) => isNamed(rule, event)))
    return `nothing of ${rule.on.join(', ')} has happened to it`;
  return outside(rule, facts);
}

function isNamed(rule: Rule, event: string): boolean {
  return rule.on.some((name) => name === event || event.startsWith(`${name}.`));
}

/** Why a rule does not apply in a repository, or null when it does. */
function outside(rule: Rule, facts: Facts): string | null {
  const name = facts['repository.full_name'];
  if (rule.repositories.length === 0 || rule.subject === 'contributor') return null;
  if (typeof name === 'string' && rule.repositories.some((glob) => globOf(glob)(name))) return null;
  const here = typeof name === 'string' ? name : 'in no repository';
  return `it applies to ${rule.repositories.join(', ')}; this is ${here}`;
}

interface Ground {
  readonly owner: string;
  readonly facts: Facts;
  readonly state: 'standing' | 'happened';
  readonly occurrence: string;
}

async function judge(
  rule: Rule,
  because: string | null,
  ground: Ground,
  { actions, isLookup, now }: DecideOptions,
): Promise<Judged> {
  if (because !== null) return { rule, evaluation: { outcome: 'out of scope', because }, wanted: [] };
  const evaluation = await evaluate(rule, ground.facts, now, isLookup);
  if (evaluation.outcome !== 'held') return { rule, evaluation, wanted: [] };
  try {
    return { rule, evaluation, wanted: effectsOf(rule, ground, actions, isLookup) };
  } catch (error) {
    if (error instanceof NeedsLookup)
      return { rule, evaluation: { outcome: 'needs', facts: [error.fact] }, wanted: [] };
    const message = error instanceof Error ? error.message : String(error);
    return { rule, evaluation: { outcome: 'error', error: message }, wanted: [] };
  }
}

/** What a rule that holds comes to. Of two effects with one key, such as two awards to one person, the first counts. */
function effectsOf(rule: Rule, ground: Ground, actions: Actions, isLookup: IsLookup): readonly StoredEffect[] {
  const byKey = new Map<string, StoredEffect>();
  for (const written of rule.actions) {
    const action = actions[written.name];
    if (action === undefined) throw new Error(`there is no action ${written.name}`);
    for (const { target, params } of action.outcomes(
      resolveParams(action, written, ground.facts, isLookup),
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

function planned(
  judged: readonly Judged[],
  stored: readonly StoredEffect[],
  { rules, actions }: DecideOptions,
): Change[] {
  const byKey = new Map(stored.map((effect) => [effect.key, effect]));
  const changes: Change[] = [];
  const wanted = new Set<string>();
  for (const effect of judged.flatMap((one) => one.wanted)) {
    const action = actions[effect.action];
    const before = byKey.get(effect.key);
    wanted.add(effect.key);
    if (action === undefined) continue;
    if (effect.state === 'happened') {
      // What a rule that is now `when` has standing is what would happen; it is not done twice.
      const lines = before?.state === 'standing' ? {} : action.stand(effect);
      if (before?.state !== 'happened') changes.push({ op: 'happen', effect, lines });
    } else if (before === undefined || before.state === 'withdrawn' || before.state === 'parked') {
      changes.push({ op: 'stand', effect, lines: action.stand(effect) });
    } else if (!action.isSame(before.params, effect.params)) {
      changes.push({ op: 'replace', effect, lines: action.replace(before, effect) });
    } else if (before.state === 'happened') {
      // A rule that was `when` is now `while`: what happened stands, and can be withdrawn.
      changes.push({ op: 'stand', effect, lines: {} });
    }
  }
  const undecided = new Set(judged.filter(isUndecided).map(({ rule }) => rule.id));
  for (const before of stored) {
    if (!isThere(before) || wanted.has(before.key) || undecided.has(before.rule)) continue;
    const action = actions[before.action];
    if (before.state === 'parked' && action !== undefined && rules.byId.get(before.rule)?.clause === 'when') {
      // What happened and had to wait is due whether or not it would happen again.
      const effect: StoredEffect = { ...before, state: 'happened' };
      changes.push({ op: 'happen', effect, lines: action.stand(effect) });
      continue;
    }
    const effect: StoredEffect = { ...before, state: 'withdrawn' };
    // What is parked has done nothing that could be undone.
    const lines = before.state === 'parked' ? {} : action?.withdraw(before, reasonFor(before, judged));
    changes.push({ op: 'withdraw', effect, lines: lines ?? {} });
  }
  return changes;
}

/** What stands, or would if its rule's limit let it. */
function isThere({ state }: StoredEffect): boolean {
  return state === 'standing' || state === 'parked';
}

function isShadow(rule: string, { byId }: RuleSet): boolean {
  return byId.get(rule)?.mode === 'shadow';
}

/** Why an effect no longer stands, in words its contributor will read. */
function reasonFor({ rule: id }: StoredEffect, judged: readonly Judged[]): string {
  const judgement = judged.find(({ rule }) => rule.id === id);
  if (judgement === undefined) return `the rule ${id} is no longer in force`;
  const { outcome } = judgement.evaluation;
  if (outcome === 'held') return `${id} holds, but no longer comes to this`;
  return outcome === 'out of scope' ? `${id} no longer applies here` : `${id} no longer holds`;
}

/** A rule that failed says nothing about what stands: its effects stay as they are. */
function isUndecided({ evaluation }: Judged): boolean {
  return evaluation.outcome === 'error' || evaluation.outcome === 'needs';
}

/** What each rule came to: those judged, and those that are no longer about this though something of theirs changes. */
function outcomes(judged: readonly Judged[], changes: readonly Change[], rules: RuleSet): RuleOutcome[] {
  const ids = new Set([...judged.map(({ rule }) => rule.id), ...changes.map(({ effect }) => effect.rule)]);
  const judgements = new Map(judged.map(({ rule, evaluation }) => [rule.id, evaluation]));
  return [...ids].map((id): RuleOutcome => {
    const made = changes.filter(({ effect }) => effect.rule === id);
    const about = {
      id,
      ...(isShadow(id, rules) ? ({ mode: 'shadow' } as const) : {}),
      changes: made.map(({ op, effect: { action, params } }) => ({ op, action, params })),
    };
    const evaluation = judgements.get(id);
    switch (evaluation?.outcome) {
      case 'held':
      case 'not held':
        return { ...about, outcome: evaluation.outcome, conditions: evaluation.trace };
      case 'error':
        return { ...about, outcome: 'error', error: evaluation.error };
      case 'out of scope':
        return { ...about, outcome: 'out of scope', because: evaluation.because };
      default:
        return { ...about, outcome: 'out of scope' };
    }
  });
}
