// One rule as written becomes one rule as run; events, scopes of facts, tables and texts are checked on the way.
import { compileCondition } from './compile-condition.ts';
import { compileValue } from './compile-value.ts';
import { factScope } from './fact-scope.ts';
import { familyOf } from './language.ts';
import type { Mapping } from './mapping.ts';
import type { Limits, Rule, RuleAction } from './rule.ts';
import { kindsOf, subjectOf } from './rule-subject.ts';
import type { ConditionScope, RuleScope } from './scope.ts';
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
  const offering = clause === 'while' && kindsOf(events).length > 1 ? [] : events;
  const facts = factScope(offering, clause, scope).in(scope);
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
