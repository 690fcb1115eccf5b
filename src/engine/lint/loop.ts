// `loop`: an action that brings its own rule about again, or makes its own rule stop holding and be undone.
//
// What this app does comes back to it as an event, sent by a bot. A `when` that the event triggers acts again, without
// end; a `while` whose action changes what it rests on is undone, holds again, and so on.
import type { Action } from '../../actions/action.ts';
import { type Change, changeBy, elementNamedBy } from '../../facts/catalogue/changes.ts';
import { familyOf } from '../language.ts';
import type { Problem } from '../problem.ts';
import type { Rule, RuleAction } from '../rule.ts';
import { both, drawn, type Formula, formulaOf, granted, type Literal, literalsOf, negated } from './formula.ts';
import { type Linting, warning } from './linting.ts';
import { type FactByName, patience, refute } from './refute.ts';
import { afterwards, canTurnTrue } from './turning.ts';
import { hasPlaceholders } from './written.ts';

export function loop(linting: Linting): Problem[] {
  const { rules, vocabulary, paramsOf } = linting;
  return rules.flatMap((rule) =>
    rule.actions.flatMap((written, index) => {
      const action = vocabulary.actions[written.name];
      if (action === undefined || (action.causes.length === 0 && action.changes.length === 0)) return [];
      const doing = { rule, written, action, elements: elementsOf(action, paramsOf(rule, index)) };
      return rule.clause === 'when' ? again(doing, linting) : undone(doing, linting);
    }),
  );
}

interface Doing {
  readonly rule: Rule;
  readonly written: RuleAction;
  readonly action: Action;
  /** The labels, badges and the like that it adds or takes away; null where they are not known beforehand. */
  readonly elements: readonly string[] | null;
}

/** A `when` whose action causes an event that it is on, and that its condition does not leave out. */
function again({ rule, written, action, elements }: Doing, { facts, vocabulary }: Linting): Problem[] {
  // What happens once per subject or contributor comes to an end.
  if (rule.oncePer !== 'delivery') return [];
  const condition = formulaOf(rule.condition);
  const subjectOf = (event: string) => vocabulary.events.find((entry) => entry.event === familyOf(event))?.subject;
  const event = doneBy(action).find((caused) => {
    if (!rule.on.includes(caused) && !rule.on.includes(familyOf(caused))) return false;
    if (rule.subject !== null && rule.subject !== subjectOf(caused)) return false;
    return (elements ?? [null]).some((element) => {
      const known = knownAt(caused, element, condition, action, facts);
      return refute(both(condition, ...known), facts, patience()) === null;
    });
  });
  if (event === undefined) return [];
  const isSent = facts.get('sender.type')?.events.includes(familyOf(event)) === true;
  const hint = isSent
    ? 'add `not: { sender.type: Bot }`: what this app does, a bot does'
    : 'use `while`, or `once_per`';
  const message = `\`${written.name}\` brings about ${event}, which triggers this rule again`;
  return [warning('loop', written.at, message, hint)];
}

/** What is known of the event that the action brings about. */
function knownAt(
  event: string,
  element: string | null,
  condition: Formula,
  action: Action,
  facts: FactByName,
): readonly Literal[] {
  const [name, what] = event.split('.');
  const is = (fact: string | undefined, value: string | null | undefined): Literal[] => {
    const entry = facts.get(fact ?? '');
    return entry === undefined || value === null || value === undefined ? [] : [granted(entry, 'equal', value)];
  };
  const changed = literalsOf(condition).flatMap(({ test: { fact } }) => {
    const [entry, change] = [facts.get(fact), action.changes.includes(fact) ? changeBy(event, fact) : null];
    return entry === undefined || change === null ? [] : afterwards(entry, change, element);
  });
  // An app acts as its bot, `renovate[bot]`: so GitHub's own examples of payloads show it.
  const login = facts.get('sender.login');
  const bot = [...is('sender.type', 'Bot'), ...(login === undefined ? [] : [granted(login, 'endsWith', '[bot]')])];
  return [
    ...is('event.name', name),
    ...is('event.action', what),
    ...bot,
    ...is(elementNamedBy[event], element),
    ...changed,
  ];
}

/** A `while` whose action can end what its condition rests on. */
function undone({ rule, written, action, elements }: Doing, { facts }: Linting): Problem[] {
  if (!action.standing) return [];
  const ended = literalsOf(formulaOf(rule.condition)).find((literal) =>
    changesTo(literal.test.fact, action).some((change) => canEnd(literal, change, elements, facts)),
  );
  if (ended === undefined) return [];
  const message = `\`${written.name}\` can end ${drawn(ended)}, on which it rests: it would be undone, done again, and so on`;
  // That something lies back some time is no part that could be left out.
  const hint =
    facts.get(ended.test.fact)?.type === 'time'
      ? 'use `when`: what it does stays'
      : 'leave that part out: what stands by a `while` is not done twice';
  return [warning('loop', written.at, message, hint)];
}

/** What doing it makes of a fact: what the events say that it brings about, or else that it is something more. */
function changesTo(fact: string, action: Action): readonly Change[] {
  if (!action.changes.includes(fact)) return [];
  const told = doneBy(action).flatMap((event) => changeBy(event, fact) ?? []);
  return told.length === 0 ? ['more'] : told;
}

function canEnd(literal: Literal, change: Change, elements: readonly string[] | null, facts: FactByName): boolean {
  if (typeof change !== 'object') return canTurnTrue(negated(literal), change, elements);
  const entry = facts.get(literal.test.fact);
  return entry !== undefined && refute(both(literal, ...afterwards(entry, change, null)), facts, patience()) !== null;
}

/** The events of doing it; those by which something becomes less are of taking back what stood. */
function doneBy({ standing, causes, changes }: Action): readonly string[] {
  return standing ? causes.filter((event) => !changes.some((fact) => changeBy(event, fact) === 'less')) : causes;
}

/** The texts that an action is given: the names of labels, of a badge. */
function elementsOf({ fields }: Action, params: Readonly<Record<string, unknown>>): readonly string[] | null {
  const given = Object.entries(params).filter(([name]) =>
    ['texts', 'text', 'choice'].includes(fields[name]?.type ?? ''),
  );
  const lists = given.filter(([name]) => fields[name]?.type === 'texts');
  const texts = (lists.length > 0 ? lists : given).flatMap(([, value]) => value);
  const isKnown = (text: unknown): text is string => typeof text === 'string' && !hasPlaceholders(text);
  return texts.length > 0 && texts.every(isKnown) ? texts : null;
}
