// One rule as written becomes one rule as run; events, scopes of facts, tables and texts are checked on the way.
import type { FactEntry } from '../facts/fact.ts';
import { didYouMean } from './closest.ts';
import { compileCondition } from './compile-condition.ts';
import { compileValue } from './compile-value.ts';
import type { EventEntry } from './json-schema.ts';
import type { Rule, RuleAction } from './rule.ts';
import type { ConditionScope, Reporter, RuleScope } from './scope.ts';

/** A rule that already fits the schema. */
export interface WrittenRule {
  readonly description?: string;
  readonly on: string | readonly string[];
  readonly while?: Mapping;
  readonly when?: Mapping;
  readonly then: readonly Readonly<Record<string, Mapping | null>>[];
  readonly enabled?: boolean;
  readonly once_per?: Rule['oncePer'];
}

type Mapping = Readonly<Record<string, unknown>>;

export function compileRule(
  id: string,
  written: WrittenRule,
  pointer: string,
  file: { path: string; repositories: readonly string[] },
  scope: RuleScope,
): Rule | null {
  const on = [written.on].flat();
  const mode = written.while === undefined ? 'when' : 'while';
  const events = scope.vocabulary.events.filter(({ event }) => on.some((name) => eventOf(name) === event));
  const subject = subjectOf(events, mode, `${pointer}/on`, scope);
  if (mode === 'while' && written.once_per !== undefined) {
    scope.report(
      'once-per',
      `${pointer}/once_per`,
      '`once_per` goes with `when`: what a `while` holds stands once anyway',
    );
  }
  const facts = factScope(events, mode, scope, scope);
  const condition = compileCondition(written[mode] ?? {}, `${pointer}/${mode}`, facts);
  const actions = written.then.map((action, index) =>
    compileAction(action, `${pointer}/then/${index}`, subject, facts, scope),
  );
  if (condition === null || subject === undefined || actions.includes(null)) return null;
  return {
    id,
    description: written.description ?? '',
    file: file.path,
    line: scope.line(pointer),
    on,
    mode,
    subject,
    oncePer: written.once_per ?? 'delivery',
    repositories: file.repositories,
    condition,
    actions: actions.filter((action) => action !== null),
  };
}

function eventOf(name: string): string {
  return name.split('.')[0] ?? name;
}

/** The kind of subject that the events are about; undefined after reporting that there is none to hold on to. */
function subjectOf(
  events: readonly EventEntry[],
  mode: Rule['mode'],
  pointer: string,
  scope: RuleScope,
): Rule['subject'] | undefined {
  const kinds = [...new Set(events.map(({ subject }) => subject))];
  const only = kinds.length === 1 ? (kinds[0] ?? null) : null;
  const homeless = events.find(({ event }) => scope.factByName.get('repository.id')?.events.includes(event) !== true);
  if (mode === 'when' && homeless !== undefined) {
    scope.report('no-subject', pointer, `${homeless.event} happens in no repository, and nothing can be held there`);
    return undefined;
  }
  if (mode === 'when' || only !== null) return only;
  const named = events.map(({ event }) => event).join(' and ');
  const withSubject = scope.vocabulary.events.filter(({ subject }) => subject !== null).map(({ event }) => event);
  const message = kinds.includes(null)
    ? `a \`while\` holds on an issue or a pull request; ${named} is about neither`
    : `a \`while\` holds on one kind of subject; ${named} are about two`;
  scope.report('no-subject', pointer, message, `use \`when\`, or events among ${withSubject.join(', ')}`);
  return undefined;
}

/** Which facts a rule on these events may name. */
function factScope(
  events: readonly EventEntry[],
  mode: Rule['mode'],
  scope: RuleScope,
  { report, line }: Reporter,
): ConditionScope {
  return {
    report,
    line,
    count: scope.count,
    named: (name, pointer) => scope.condition(name, pointer, (there) => factScope(events, mode, scope, there)),
    fact: (name, pointer) => {
      const entry = scope.factByName.get(name);
      if (entry === undefined) {
        report('unknown-fact', pointer, `unknown fact \`${name}\``, didYouMean(name, [...scope.factByName.keys()]));
        return null;
      }
      if (mode === 'while' && entry.scope === 'moment') {
        const message = `\`${name}\` is true of one moment only; a \`while\` needs facts about the state`;
        report('moment-fact', pointer, message, 'use `when`, or a fact such as `issue.labels` instead of `label.name`');
        return null;
      }
      const lacking = lackOf(entry, events, mode, scope);
      if (lacking !== null) {
        const hint = `it comes with ${entry.events.join(', ')}`;
        report('fact-not-offered', pointer, `${lacking} does not offer \`${name}\``, hint);
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
  mode: Rule['mode'],
  { vocabulary }: RuleScope,
): string | null {
  const offers = ({ event }: EventEntry) => entry.events.includes(event);
  if (mode === 'when') return events.find((event) => !offers(event))?.event ?? null;
  const kin = (one: EventEntry) => vocabulary.events.filter(({ subject }) => subject === one.subject);
  return events.find((event) => !kin(event).some(offers))?.event ?? null;
}

function compileAction(
  written: Readonly<Record<string, Mapping | null>>,
  pointer: string,
  subject: Rule['subject'] | undefined,
  facts: ConditionScope,
  scope: RuleScope,
): RuleAction | null {
  const [name, params] = Object.entries(written)[0] ?? ['', {}];
  const at = `${pointer}/${name}`;
  const action = Object.hasOwn(scope.vocabulary.actions, name) ? scope.vocabulary.actions[name] : undefined;
  if (action === undefined) return null;
  if (subject !== undefined && action.subjects !== null && (subject === null || !action.subjects.includes(subject))) {
    scope.report(
      'wrong-subject',
      at,
      `\`${name}\` acts on ${action.subjects.join(' or ')}; the rule is about ${subject ?? 'neither'}`,
    );
    return null;
  }
  const values = Object.entries(params ?? {}).map(([key, value]) => {
    const field = action.fields[key];
    return [key, field === undefined ? null : compileValue(field, value, `${at}/${key}`, facts, scope)] as const;
  });
  if (values.some(([, value]) => value === null)) return null;
  return {
    name,
    params: Object.fromEntries(values.flatMap(([key, value]) => (value === null ? [] : [[key, value]]))),
    line: scope.line(at),
  };
}
