// The facts that a condition may name: under `when` those that each of the rule's events tells, under `while` those of the
// state of their subject.
import type { FactEntry } from '../facts/fact.ts';
import { ALL_FACTS, didYouMean } from './closest.ts';
import { type EventEntry, spoken } from './language.ts';
import type { Rule } from './rule.ts';
import type { ConditionScope, FactScope, Reporter, RuleScope } from './scope.ts';

/** @param events those of the rule; none where they are not known: then any fact may be named */
export function factScope(events: readonly EventEntry[], clause: Rule['clause'], scope: RuleScope): FactScope {
  const facts: FactScope = {
    key: [clause, ...events.map(({ event }) => event)].join(' '),
    in: (reporter) => conditionScope(events, clause, scope, reporter, facts),
  };
  return facts;
}

function conditionScope(
  events: readonly EventEntry[],
  clause: Rule['clause'],
  scope: RuleScope,
  reporter: Reporter,
  facts: FactScope,
): ConditionScope {
  const { report } = reporter;
  return {
    ...reporter,
    count: scope.count,
    looksUp: ({ source }) => source === 'lookup' || (source === 'ledger' && !isOnContributors(events)),
    named: (name, pointer) => scope.condition(name, pointer, reporter, facts),
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
