// A decision explained: for each rule whether it held and why, what is nearest to making it hold, and what it changes.
import type { Actions } from '../../actions/action.ts';
import type { LookedUp } from '../../facts/looked-up.ts';
import type { Decision, RuleOutcome, Situation } from '../decide.ts';
import type { Trace } from '../evaluate.ts';
import type { Rule, RuleSet } from '../rule.ts';
import { changesOf, type ExplainedChange, unchangedOf } from './changes.ts';
import { type NearestMiss, nearestMiss } from './nearest.ts';
import { listed } from './values.ts';

/** What happened, and of each rule what it made of it. Plain data: its shape is that of `rules explain --format json`. */
export interface Explanation {
  readonly event: {
    /** `issues.labeled`. */
    readonly name: string;
    readonly repository: string | null;
    readonly sender: string | null;
    /** ISO 8601; null where the payload does not say. */
    readonly at: string | null;
  };
  readonly subject: {
    readonly key: string;
    readonly kind: string;
    readonly number: number | null;
    readonly title: string | null;
    readonly url: string | null;
  } | null;
  readonly rules: readonly RuleExplanation[];
  /** By fact: what the rules asked for that no payload tells, and where it came from. */
  readonly lookups: LookedUp;
}

export interface RuleExplanation {
  readonly id: string;
  readonly description: string;
  readonly mode: Rule['mode'];
  /** Where it is written; null for a rule of which only effects are left. */
  readonly file: string | null;
  readonly line: number | null;
  readonly outcome: RuleOutcome['outcome'];
  /** Why it is out of scope, or what failed. */
  readonly because: string | null;
  readonly conditions: Trace | null;
  /** Of a rule that did not hold. */
  readonly nearest: NearestMiss | null;
  /** What would change; of a shadow, what would change were it live. */
  readonly changes: readonly ExplainedChange[];
  /** Why nothing, or nothing more, changes. */
  readonly unchanged: readonly string[];
}

export interface Explaining {
  readonly rules: RuleSet;
  readonly actions: Actions;
  /** The time it is, ISO 8601. */
  readonly now: string;
}

/** Explains every rule, in the order of their files, and after them those of which only effects are left. */
export function explain(
  options: Explaining,
  event: Explanation['event'],
  situation: Situation,
  decision: Decision,
  lookups: LookedUp = {},
): Explanation {
  const outcomes = new Map(decision.rules.map((outcome) => [outcome.id, outcome]));
  const ids = new Set([...options.rules.rules.map(({ id }) => id), ...outcomes.keys()]);
  const { subject } = situation;
  return {
    event,
    subject: subject === null || subject.kind === 'none' ? null : aboutSubject(subject),
    rules: [...ids].map((id) => explainRule(id, outcomes.get(id), options, situation, decision)),
    lookups,
  };
}

function aboutSubject({ key, kind, facts }: NonNullable<Situation['subject']>): Explanation['subject'] {
  const [number, title, url] = ['number', 'title', 'html_url'].map((name) => facts[`${kind}.${name}`]);
  return {
    key,
    kind,
    number: typeof number === 'number' ? number : null,
    title: typeof title === 'string' ? title : null,
    url: typeof url === 'string' ? url : null,
  };
}

/** @param decided what the decision says of the rule, if it looked at it */
function explainRule(
  id: string,
  decided: RuleOutcome | undefined,
  { rules, actions, now }: Explaining,
  { moment, subject }: Situation,
  decision: Decision,
): RuleExplanation {
  const rule = rules.byId.get(id) ?? null;
  const outcome = decided ?? outOfScope(id, rule);
  const isUnsaid = outcome.outcome === 'out of scope' && outcome.because === undefined;
  const because = isUnsaid ? { because: rule === null ? UNKNOWN : notAsked(rule, moment, subject) } : {};
  const ofRule = (effect: { readonly rule: string }) => effect.rule === id;
  const effects = {
    rule,
    outcome,
    changes: decision.changes.filter(({ effect }) => ofRule(effect)),
    wanted: decision.wanted.filter(ofRule),
    stored: (subject?.effects ?? []).filter(ofRule),
    facts: (rule?.clause === 'when' ? moment?.facts : subject?.facts) ?? {},
    actions,
  };
  return {
    ...explainOutcome({ ...outcome, ...because }, rule, now),
    changes: changesOf(effects),
    unchanged: unchangedOf(effects),
  };
}

const UNKNOWN = 'no rule of this id is in the rule files';

/** Of a rule that the decision did not look at. */
function outOfScope(id: string, rule: Rule | null): RuleOutcome {
  return { id, outcome: 'out of scope', changes: [], ...(rule?.mode === 'shadow' ? { mode: rule.mode } : {}) };
}

/** What can be said of an outcome by itself: everything but its effects. */
function explainOutcome(
  { id, outcome, because, error, conditions, mode }: RuleOutcome,
  rule: Rule | null,
  now: string,
): Omit<RuleExplanation, 'changes' | 'unchanged'> {
  return {
    id,
    description: rule?.description ?? '',
    mode: mode ?? 'live',
    file: rule?.at.file ?? null,
    line: rule?.at.line ?? null,
    outcome,
    because: because ?? error ?? null,
    conditions: conditions ?? null,
    nearest: outcome === 'not held' && conditions !== undefined ? nearestMiss(conditions, now) : null,
  };
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['issue', 'an issue'],
  ['pull_request', 'a pull request'],
  ['contributor', 'a contributor'],
  ['repository', 'a repository'],
]);

/** Why an event does not concern a rule at all. */
function notAsked(rule: Rule, moment: Situation['moment'], subject: Situation['subject']): string {
  const on = `it is on ${listed(rule.on, 'or')}`;
  const kind = KINDS.get(subject?.kind ?? '') ?? 'neither';
  const isOnIt = rule.on.some((name) => name === moment?.event || moment?.event.startsWith(`${name}.`));
  if (isOnIt && rule.subject !== null) return `it is about ${KINDS.get(rule.subject)}; this is ${kind}`;
  return `${on}; this is ${moment?.event ?? kind}`;
}
