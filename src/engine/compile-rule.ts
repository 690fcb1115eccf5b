// One rule as written becomes one rule as run; events, scopes of facts, tables and texts are checked on the way.
import type { FactEntry } from '../facts/fact.ts';
import { ALL_FACTS, didYouMean } from './closest.ts';
import { compileCondition } from './compile-condition.ts';
import { compileValue } from './compile-value.ts';
import { factsIn } from './condition-facts.ts';
import { type EventEntry, eventNames, familyOf } from './language.ts';
import type { Mapping } from './mapping.ts';
import type { Condition, Limits, Rule, RuleAction, RuleSubject } from './rule.ts';
import type { ConditionScope, Reporter, RuleScope } from './scope.ts';
import { SUBJECT_WORDS } from './type-words.ts';
import { escapePointer } from './yaml-source.ts';

/** A rule as YAML gives it. Its parts fit the schema where the scope says that they are sound. */
export interface WrittenRule {
  readonly description?: string;
  readonly on: string | readonly string[];
  readonly while?: Mapping;
  readonly when?: Mapping;
  readonly then: readonly Readonly<Record<string, Mapping | null>>[];
  readonly enabled?: boolean;
  readonly mode?: Rule['mode'];
  readonly limits?: { readonly per_hour?: number; readonly per_day?: number };
  readonly once_per?: Rule['oncePer'];
}

/** Compiles what is sound of a rule, so that all that is wrong with it is said at once; null unless all of it is. */
export function compileRule(
  id: string,
  written: WrittenRule,
  pointer: string,
  repositories: readonly string[],
  scope: RuleScope,
): Rule | null {
  const clause = written.while === undefined ? 'when' : 'while';
  const on = written.on === undefined || !scope.isSound(`${pointer}/on`) ? [] : [written.on].flat();
  const events = scope.vocabulary.events.filter(({ event }) => on.some((name) => familyOf(name) === event));
  if (clause === 'while' && written.once_per !== undefined && written.when === undefined) {
    const message = '`once_per` goes with `when`: what a `while` holds stands once anyway';
    scope.report('once-per', `${pointer}/once_per`, message);
  }
  // Which facts there are cannot be said where the events are about two kinds of subject.
  const facts = factScope(clause === 'while' && kindsOf(events).length > 1 ? [] : events, clause, scope, scope);
  const asked = written[clause];
  const condition = asked === undefined ? null : compileCondition(asked, `${pointer}/${clause}`, facts);
  const subject = events.length === 0 ? undefined : subjectOf(events, clause, condition, `${pointer}/on`, scope);
  const actions = (Array.isArray(written.then) ? written.then : []).map((action, index) =>
    compileAction(action, `${pointer}/then/${index}`, clause, subject, facts, scope),
  );
  if (condition === null || subject === undefined || actions.includes(null) || !scope.isSound(pointer)) return null;
  return {
    id,
    description: written.description ?? '',
    at: scope.at(pointer),
    on,
    clause,
    mode: written.mode ?? 'live',
    subject,
    oncePer: written.once_per ?? 'delivery',
    limits: limitsOf(written),
    repositories,
    condition,
    actions: actions.filter((action) => action !== null),
  };
}

function limitsOf({ limits }: WrittenRule): Limits | null {
  if (limits === undefined) return null;
  return {
    ...(limits.per_hour === undefined ? {} : { perHour: limits.per_hour }),
    ...(limits.per_day === undefined ? {} : { perDay: limits.per_day }),
  };
}

/** The kind of subject that the events are about; undefined after reporting that there is none to hold on to. */
function subjectOf(
  events: readonly EventEntry[],
  clause: Rule['clause'],
  condition: Condition | null,
  pointer: string,
  scope: RuleScope,
): RuleSubject | null | undefined {
  const kinds = kindsOf(events);
  if (kinds.length === 0) return condition === null ? undefined : subjectOfFacts(condition, pointer, scope);
  const only = kinds.length === 1 ? (kinds[0] ?? null) : null;
  const homeless = events.find(({ event, subject }) => subject === null && !offers(event, 'repository.id', scope));
  if (clause === 'when' && homeless !== undefined) {
    scope.report(
      'no-subject',
      pointer,
      `\`${homeless.event}\` happens in no repository, and nothing can be held there`,
    );
    return undefined;
  }
  if (clause === 'when' || only !== null) return only;
  const named = events.map(({ event }) => `\`${event}\``).join(' and ');
  const withSubject = scope.vocabulary.events.filter(({ subject }) => subject !== null).map(spoken);
  const message = kinds.includes(null)
    ? `a \`while\` holds on an issue, a pull request or a contributor; ${named} is about none of them`
    : `a \`while\` holds on one kind of subject; ${named} are about two`;
  const hint = kinds.includes(null)
    ? `use \`when\`, or events among ${withSubject.join(', ')}`
    : 'write a rule for each, or use `when`';
  scope.report('no-subject', pointer, message, hint);
  return undefined;
}

/** Of a rule on nothing but what every issue and pull request has: the kind that its condition speaks of. */
function subjectOfFacts(condition: Condition, pointer: string, scope: RuleScope): RuleSubject | undefined {
  const families = new Set(factsIn(condition).map(familyOf));
  const onIssues = families.has('issue') || families.has('ticket');
  if (onIssues !== families.has('pull_request')) return onIssues ? 'issue' : 'pull_request';
  const message = 'the condition has to say whether this is about issues or pull requests, and not about both';
  scope.report('no-subject', pointer, message, 'add a fact of the one that is meant, such as `issue.state: open`');
  return undefined;
}

function kindsOf(events: readonly EventEntry[]): readonly (RuleSubject | null)[] {
  return [...new Set(events.map(({ subject }) => subject).filter((kind) => kind !== 'any'))];
}

/** As `on` names it: what every issue and pull request has is named with its action only. */
function spoken(event: EventEntry): string {
  return event.subject === 'any' ? eventNames(event).join(', ') : event.event;
}

function offers(event: string, fact: string, { factByName }: RuleScope): boolean {
  return factByName.get(fact)?.events.includes(event) === true;
}

/** Of a condition that may be named by rules on any event. */
export function anyFactScope(scope: RuleScope, reporter: Reporter): ConditionScope {
  return factScope([], 'when', scope, reporter);
}

/** Which facts a rule on these events may name; any, where the events are not known. */
function factScope(
  events: readonly EventEntry[],
  clause: Rule['clause'],
  scope: RuleScope,
  reporter: Reporter,
): ConditionScope {
  const { report } = reporter;
  return {
    ...reporter,
    count: scope.count,
    looksUp: ({ source }) => source === 'lookup' || (source === 'ledger' && !isOnContributors(events)),
    named: (name, pointer) =>
      scope.condition(name, pointer, reporter, (there) => factScope(events, clause, scope, there)),
    fact: (name, pointer, part) => {
      const entry = scope.factByName.get(name);
      if (entry === undefined) {
        const hint = didYouMean(name, [...scope.factByName.keys()]) ?? ALL_FACTS;
        report('unknown-fact', pointer, `unknown fact \`${name}\``, hint, part);
        return null;
      }
      if (clause === 'while' && entry.scope === 'moment') {
        const message = `\`${name}\` is true of one moment only; a \`while\` needs facts about the state`;
        const hint = 'use `when`, or a fact such as `issue.labels` instead of `label.name`';
        report('moment-fact', pointer, message, hint, part);
        return null;
      }
      if (clause === 'while' && entry.source === 'ledger' && events.length > 0 && !isOnContributors(events)) {
        const [{ event } = { event: '' }] = events;
        const message = `\`${event}\` does not offer \`${name}\` to a \`while\`: points would feed themselves`;
        const hint = 'use `when`, where the contributor is the sender, or a `while` on `contributor`';
        report('fact-not-offered', pointer, message, hint, part);
        return null;
      }
      const lacking = lackOf(entry, events, clause, scope);
      if (lacking !== null) {
        const names = scope.vocabulary.events.filter(({ event }) => entry.events.includes(event)).map(spoken);
        const hint = `it comes with ${names.join(', ')}`;
        report('fact-not-offered', pointer, `\`${lacking}\` does not offer \`${name}\``, hint, part);
        return null;
      }
      return entry;
    },
  };
}

/**
 * What does not offer the fact, or null. The moment of an event knows what its payload says; the state of a subject,
 * what any payload about such a subject has said.
 */
function lackOf(
  entry: FactEntry,
  events: readonly EventEntry[],
  clause: Rule['clause'],
  { vocabulary }: RuleScope,
): string | null {
  const offered = ({ event }: EventEntry) => entry.events.includes(event);
  if (clause === 'when') return events.find((event) => !offered(event))?.event ?? null;
  const kin = (one: EventEntry) => vocabulary.events.filter(({ subject }) => subject === one.subject);
  return events.find((event) => !kin(event).some(offered))?.event ?? null;
}

function isOnContributors(events: readonly EventEntry[]): boolean {
  return events.length > 0 && events.every(({ subject }) => subject === 'contributor');
}

function compileAction(
  written: unknown,
  pointer: string,
  clause: Rule['clause'],
  subject: Rule['subject'] | undefined,
  facts: ConditionScope,
  scope: RuleScope,
): RuleAction | null {
  if (!scope.isFormed(pointer) || typeof written !== 'object' || written === null) return null;
  const [name, params] = Object.entries(written as Readonly<Record<string, Mapping | null>>)[0] ?? ['', {}];
  const at = `${pointer}/${escapePointer(name)}`;
  const action = Object.hasOwn(scope.vocabulary.actions, name) ? scope.vocabulary.actions[name] : undefined;
  if (action === undefined) return null;
  if (subject !== undefined && action.subjects !== null && (subject === null || !action.subjects.includes(subject))) {
    const about = `the rule is about ${subject === null ? 'something else' : SUBJECT_WORDS[subject]}`;
    const kinds = action.subjects.map((kind) => SUBJECT_WORDS[kind]).join(' or ');
    scope.report('wrong-subject', at, `\`${name}\` acts on ${kinds}; ${about}`);
    return null;
  }
  if (clause === 'while' && !action.standing) {
    const message = `\`${name}\` happens, and cannot be withdrawn; a \`while\` holds what stands`;
    scope.report('not-standing', at, message, 'use `when`, with `once_per: subject` if once is enough');
    return null;
  }
  const values = Object.entries(params ?? {}).map(([key, value]) => {
    const field = Object.hasOwn(action.fields, key) ? action.fields[key] : undefined;
    const usable = field !== undefined && scope.isSound(`${at}/${escapePointer(key)}`);
    return [key, usable ? compileValue(field, value, `${at}/${key}`, facts, scope) : null] as const;
  });
  if (values.some(([, value]) => value === null)) return null;
  return {
    name,
    params: Object.fromEntries(values.flatMap(([key, value]) => (value === null ? [] : [[key, value]]))),
    at: scope.at(at),
  };
}
