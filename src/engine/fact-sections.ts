// The catalogue in the order in which people look for facts: state before moment, family by family.
import type { FactEntry, FactScope, FactSource } from '../facts/fact.ts';

/** Facts of one family. What most of them have in common is said of all; each row notes where it is otherwise. */
export interface FactSection {
  readonly title: string;
  /** What the family is about, in a sentence. */
  readonly about: string;
  readonly scope: FactScope;
  readonly source: FactSource;
  readonly events: readonly string[];
  readonly facts: readonly FactEntry[];
}

const FAMILIES: readonly { readonly title: string; readonly prefixes: readonly string[]; readonly about: string }[] = [
  { title: 'Issues', prefixes: ['issue'], about: 'An issue as it is now.' },
  {
    title: 'The ticket form',
    prefixes: ['ticket'],
    about: "Read from the body of an issue that is written with the programme's form.",
  },
  { title: 'Pull requests', prefixes: ['pull_request'], about: 'A pull request as it is now.' },
  {
    title: 'The ticket of a pull request',
    prefixes: ['pull_request.ticket'],
    about:
      'The ticket among the issues that a pull request closes: the first that uses the form, or else the first known.',
  },
  { title: 'Contributors', prefixes: ['contributor'], about: 'What our own ledger and registrations say of somebody.' },
  { title: 'The repository', prefixes: ['repository', 'organization'], about: 'Where it happens, and who owns that.' },
  { title: 'The event', prefixes: ['event', 'sender', 'assignee'], about: 'What has just happened, and by whom.' },
  { title: 'The label', prefixes: ['label'], about: 'The label that the event is about.' },
  { title: 'The comment', prefixes: ['comment'], about: 'The comment that the event is about.' },
  { title: 'The review', prefixes: ['review'], about: 'The review that the event is about.' },
  {
    title: 'The installation',
    prefixes: ['installation'],
    about: "This app's installation, by an organisation or a person.",
  },
];

/** @param facts any part of the catalogue; families without a fact are left out, those without a title come last */
export function factSections(facts: readonly FactEntry[]): FactSection[] {
  const known = new Set(FAMILIES.flatMap(({ prefixes }) => prefixes));
  const others = new Set(facts.map(familyOf).filter((family) => !known.has(family)));
  const families = [...FAMILIES, ...[...others].map((family) => ({ title: family, prefixes: [family], about: '' }))];
  return families.flatMap(({ title, prefixes, about }) => {
    const own = facts.filter((entry) => prefixes.includes(familyOf(entry)));
    if (own.length === 0) return [];
    const scope = most(own.map((entry) => entry.scope));
    const source = most(own.map((entry) => entry.source));
    const events = most(own.map((entry) => entry.events.join(' '))).split(' ');
    return [{ title, about, scope, source, events, facts: own }];
  });
}

function familyOf({ name }: FactEntry): string {
  const [first = name, second] = name.split('.');
  return first === 'pull_request' && second === 'ticket' ? 'pull_request.ticket' : first;
}

/** The value that most have; of several, the first. */
function most<T>(values: readonly [T, ...T[]] | readonly T[]): T {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const highest = Math.max(...counts.values());
  for (const [value, count] of counts) if (count === highest) return value;
  throw new Error('there is nothing to count');
}

/** The parts that every user has: they are explained once, and not row by row. */
export const USER_PARTS = ['login', 'id', 'type'] as const;

/** Facts without the parts of users. */
export function withoutUserParts(facts: readonly FactEntry[]): FactEntry[] {
  const users = facts.filter(({ type }) => type === 'user').map(({ name }) => name);
  const parts = new Set(users.flatMap((name) => USER_PARTS.map((part) => `${name}.${part}`)));
  return facts.filter(({ name }) => !parts.has(name));
}

/** What a row says besides: where it differs from its section. */
export function notesOf(entry: FactEntry, section: FactSection): string[] {
  return [
    ...(entry.ignoreCase === true ? ['without regard to case'] : []),
    ...(entry.scope === section.scope ? [] : [SCOPES[entry.scope]]),
    ...(entry.source === section.source ? [] : [SOURCES[entry.source]]),
    ...eventNotes(entry.events, section.events),
  ];
}

/** In the fewest words: `only with pull_request`, `not with schedule`, `also with label`. */
function eventNotes(own: readonly string[], all: readonly string[]): string[] {
  const lacking = all.filter((event) => !own.includes(event));
  const more = own.filter((event) => !all.includes(event));
  if (lacking.length === 0) return more.length === 0 ? [] : [`also with ${more.join(', ')}`];
  return more.length === 0 && lacking.length < own.length
    ? [`not with ${lacking.join(', ')}`]
    : [`only with ${own.join(', ')}`];
}

const SCOPES: Readonly<Record<FactScope, string>> = { state: 'state', moment: 'moment' };

/** Where facts come from, in words. */
export const SOURCES: Readonly<Record<FactSource, string>> = {
  payload: "from GitHub's payload",
  parsed: 'read from the text',
  ledger: 'from our ledger',
  lookup: 'looked up',
};
