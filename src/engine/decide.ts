// The decision: which effects should stand on a subject, against which do. Pure: the worker, tests and explanations
// are this one function with different ends attached.
//
// `while` rules see the subject's state and nothing else; the result does not depend on how it came about. A rule
// covers a subject once one of the events in its `on` was about it. `when` rules see the one delivery.
import type { Facts } from '../facts/fact.ts';
import type { StoredEffect } from '../store/store.ts';
import type { Trace } from './evaluate.ts';
import { globOf } from './glob.ts';
import { type Judged, type JudgeOptions, judge } from './judge.ts';
import { type Change, isThere, planned } from './plan.ts';
import { withReports } from './report.ts';
import type { Rule, RuleSet } from './rule.ts';
import type { Impossible } from './run.ts';

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
  /** Facts that cannot be looked up, with the reason: an error of the rules that need them. */
  readonly impossible?: Impossible;
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

export interface DecideOptions extends JudgeOptions {
  readonly rules: RuleSet;
}

export async function decide(options: DecideOptions, situation: Situation): Promise<Decision> {
  const { moment, subject, impossible = {} } = situation;
  let judged: Judged[] = [];
  const owner = subject?.key ?? 'none';
  const standing = (subject?.effects ?? []).filter(isThere).map(({ rule }) => rule);
  if (moment !== null) {
    const { facts, occurrence } = moment;
    const ground = { owner, facts, impossible, state: 'happened', occurrence } as const;
    for (const rule of options.rules.atEvent(moment.event, moment.facts, standing)) {
      if (isAbout(rule, subject)) judged.push(await judge(rule, outside(rule, moment.facts), ground, options));
    }
  }
  if (subject !== null) {
    const { facts } = subject;
    const ground = { owner, facts, impossible, state: 'standing', occurrence: '' } as const;
    const onState = (rule: Rule) => judge(rule, uncovered(rule, subject), ground, options);
    for (const rule of options.rules.onSubject(subject.kind, subject.facts, standing)) judged.push(await onState(rule));
    judged = await withReports(judged, { ...options, kind: subject.kind, judge: onState });
  }
  const needs = judged.flatMap(({ evaluation }) => (evaluation.outcome === 'needs' ? evaluation.facts : []));
  const changes = planned(judged, subject?.effects ?? [], options.rules, options.actions);
  const ruleOf = rulesAmong(judged, options.rules);
  const live = changes.filter(({ effect }) => ruleOf(effect.rule)?.mode !== 'shadow');
  const wanted = judged.flatMap((one) => one.wanted);
  return { rules: outcomes(judged, changes, ruleOf), changes: live, wanted, needs: [...new Set(needs)] };
}

type RuleOf = (id: string) => Rule | undefined;

/** Most rules that are asked for were judged; of thousands, the others are far away. */
function rulesAmong(judged: readonly Judged[], { byId }: RuleSet): RuleOf {
  const near = new Map(judged.map(({ rule }) => [rule.id, rule]));
  return (id) => near.get(id) ?? byId.get(id);
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

/** What each rule came to: those judged, and those that are no longer about this though something of theirs changes. */
function outcomes(judged: readonly Judged[], changes: readonly Change[], ruleOf: RuleOf): RuleOutcome[] {
  const ids = new Set([...judged.map(({ rule }) => rule.id), ...changes.map(({ effect }) => effect.rule)]);
  const judgements = new Map(judged.map(({ rule, evaluation }) => [rule.id, evaluation]));
  return [...ids].map((id): RuleOutcome => {
    const made = changes.filter(({ effect }) => effect.rule === id);
    const about = {
      id,
      ...(ruleOf(id)?.mode === 'shadow' ? ({ mode: 'shadow' } as const) : {}),
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
