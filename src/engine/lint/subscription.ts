// `partial-subscription`: a `while` that can come to hold by an event that its `on` does not name.
//
// A subject is under a rule from the first event that `on` names, and is decided again at every change from then on,
// whatever the event. So what is missed are the subjects to which no such event has happened: an issue that was opened
// before the app was installed, and labelled afterwards, by a rule on `issues.opened`.
import { changeBy, changes } from '../../facts/catalogue/changes.ts';
import { otherFact } from '../condition-facts.ts';
import { familyOf } from '../language.ts';
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { both, formulaOf, type Literal, literalsOf } from './formula.ts';
import { type Linting, warning } from './linting.ts';
import { type FactByName, patience, refute } from './refute.ts';
import { afterwards, canTurnTrue } from './turning.ts';

export function subscription(linting: Linting): Problem[] {
  // `schedule.daily` comes to every subject there is.
  const partial = linting.rules.filter(({ clause, on }) => clause === 'while' && !on.includes('schedule.daily'));
  return partial.flatMap((rule) => {
    const missed = missedBy(rule, linting);
    if (missed.length === 0) return [];
    const events = new Map<string, string[]>();
    for (const { fact, event } of missed) events.set(fact, [...(events.get(fact) ?? []), event]);
    const sentences = [...events].map(([fact, by]) => `\`${fact}\` can change by ${by.join(', ')}`);
    const nouns = { issue: 'an issue', pull_request: 'a pull request', contributor: 'a contributor' } as const;
    const subject = rule.subject === null ? 'a subject' : nouns[rule.subject];
    const message = `${sentences.join('; ')}: ${subject} to which only that happens is not under this rule`;
    const on = wider(
      rule.on,
      missed.map(({ event }) => event),
    );
    const hint = `\`on: ${on.length === 1 ? on[0] : `[${on.join(', ')}]`}\``;
    return [warning('partial-subscription', linting.placeIn(rule, '/on'), message, hint)];
  });
}

const EVENTS = Object.keys(changes).map((event) => ({ event, family: familyOf(event) }));

interface Missed {
  readonly fact: string;
  readonly event: string;
}

/** The facts of the condition with the events that can make it hold by them, and are not in `on`. */
function missedBy(rule: Rule, { facts, vocabulary }: Linting): Missed[] {
  const formula = formulaOf(rule.condition);
  const literals = literalsOf(formula);
  const kin = new Set(vocabulary.events.filter(({ subject }) => subject === rule.subject).map(({ event }) => event));
  const named = new Set(rule.on);
  const uncovered = EVENTS.filter(({ event, family }) => kin.has(family) && !named.has(event) && !named.has(family));
  return uncovered.flatMap(({ event }) => {
    const turned = new Set(literals.flatMap((literal) => factsTurned(literal, event)));
    if (turned.size === 0 || refute(both(formula, ...known(literals, event, facts)), facts, patience()) !== null)
      return [];
    return [...turned].map((fact) => ({ fact, event }));
  });
}

/** The facts on either side of a comparison by which the event can make it true. */
function factsTurned(literal: Literal, event: string): string[] {
  return sidesOf(literal).filter((fact) => {
    const change = changeBy(event, fact);
    return change !== null && canTurnTrue(literal, fact === literal.test.fact ? change : 'anything', null);
  });
}

/** What is known of the condition's facts once the event has happened. */
function known(literals: readonly Literal[], event: string, facts: FactByName): Literal[] {
  return [...new Set(literals.flatMap(sidesOf))].flatMap((fact) => {
    const [entry, change] = [facts.get(fact), changeBy(event, fact)];
    return entry === undefined || change === null ? [] : afterwards(entry, change, null);
  });
}

function sidesOf({ test: { fact, value } }: Literal): string[] {
  const other = otherFact(value);
  return other === null ? [fact] : [fact, other];
}

/** The events of `on`, and with them all those of the families that are missed. */
function wider(on: readonly string[], missed: readonly string[]): string[] {
  const families = new Set(missed.map(familyOf));
  const kept = on.map((event) => (families.has(familyOf(event)) ? familyOf(event) : event));
  return [...new Set([...kept, ...families])];
}
