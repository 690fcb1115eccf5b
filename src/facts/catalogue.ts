// The catalogue: every fact there is, by name. Rules, editors, documentation and consumers all go by it.
import { contributorFacts } from './catalogue/contributors.ts';
import { momentFacts } from './catalogue/moment.ts';
import { subjectFacts } from './catalogue/subjects.ts';
import { ticketCatalogue } from './catalogue/tickets.ts';
import type { FactEntry, Facts, FactValue } from './fact.ts';

export const catalogue: readonly FactEntry[] = [
  ...momentFacts,
  ...subjectFacts,
  ...ticketCatalogue,
  ...contributorFacts,
];

const byName: ReadonlyMap<string, FactEntry> = new Map(catalogue.map((entry) => [entry.name, entry]));
const users: readonly FactEntry[] = catalogue.filter((entry) => entry.type === 'user');

export function fact(name: string): FactEntry | undefined {
  return byName.get(name);
}

/** The facts that deliveries of an event offer, lookups included. */
export function factsOf(event: string): readonly FactEntry[] {
  return catalogue.filter((entry) => entry.events.includes(event));
}

/** Adds to each user fact its `.login`, `.id` and `.type`; null gives nulls. Doing it twice changes nothing. */
export function derive(facts: Facts): Facts {
  const parts = users.flatMap(({ name }): [string, FactValue][] => {
    const user = facts[name];
    if (user === undefined) return [];
    if (user === null) return ['login', 'id', 'type'].map((part) => [`${name}.${part}`, null]);
    if (typeof user !== 'object' || !('login' in user)) return [];
    const type: [string, FactValue][] = user.type === undefined ? [] : [[`${name}.type`, user.type]];
    return [[`${name}.login`, user.login], [`${name}.id`, user.id], ...type];
  });
  return { ...facts, ...Object.fromEntries(parts) };
}

/** What a snapshot keeps: of the facts a payload offers, those about state that are neither parsed nor looked up. */
export function stateOf(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).filter(([name]) => {
      const entry = byName.get(name);
      return entry?.scope === 'state' && entry.source === 'payload';
    }),
  );
}
