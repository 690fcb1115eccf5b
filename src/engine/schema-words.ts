// What editors say about the words of the language: sentences and examples for facts, events, operators and actions.
import type { Action } from '../actions/action.ts';
import type { FactEntry, FactType } from '../facts/fact.ts';
import type { EventEntry } from './language.ts';
import type { Operator } from './operators.ts';
import { SUBJECT_WORDS, typeWords } from './type-words.ts';

export function factMeaning(entry: FactEntry): string {
  const { type, values, ignoreCase, scope, source, events } = entry;
  const known = values === undefined ? '' : `: ${alternatives(values)}`;
  const details = [
    `${sentenceCase(typeWords([type]))}${known}${ignoreCase ? ', without regard to case' : ''}.`,
    ...(type === 'user' ? ['Compares by account number with a user, by login with a text.'] : []),
    scope === 'state' ? 'State: for while and when.' : 'True of one moment: for when.',
    ...(source === 'lookup' ? ['Looked up when a rule asks.'] : []),
    `With ${events.join(', ')}.`,
  ];
  return `${entry.meaning}\n\n${details.join(' ')}`;
}

/** A type without its article: `list of texts`. */
export function bareTypeWord(type: FactType): string {
  return typeWords([type]).replace(/^a /, '');
}

/** `open or closed`; `User, Bot or Mannequin`. */
export function alternatives(values: readonly string[]): string {
  const last = values.at(-1) ?? '';
  return values.length < 2 ? last : `${values.slice(0, -1).join(', ')} or ${last}`;
}

/** What an event, or one action of it, is about, and which facts come with it. */
export function eventMeaning(name: string, { event, subject }: EventEntry, facts: readonly FactEntry[]): string {
  const [, action] = name.split('.');
  const what =
    action === undefined ? `Every action of ${event}.` : `${sentenceCase(event)}, when the action is ${action}.`;
  const offered = facts.filter(({ events }) => events.includes(event)).map((fact) => fact.name.split('.')[0]);
  const families = offered.length === 0 ? [] : [`Its facts: ${[...new Set(offered)].join(', ')}.`];
  return [what, SUBJECTS[subject ?? 'none'], ...families].join(' ');
}

const SUBJECTS: Readonly<Record<NonNullable<EventEntry['subject']> | 'none', string>> = {
  issue: 'About an issue: a while on it holds for that issue.',
  pull_request: 'About a pull request: a while on it holds for that pull request.',
  contributor: 'About a contributor: a while on it holds for them.',
  any: 'Comes to every issue and pull request that is known.',
  none: 'About nothing that lasts: for when.',
};

export function operatorMeaning({ meaning }: Operator): string {
  return `${sentenceCase(meaning)}.`;
}

export function actionMeaning({ description, standing, withdrawal, subjects }: Action): string {
  const about = subjects?.map((subject) => SUBJECT_WORDS[subject]) ?? ['anything'];
  return `${description} ${withdrawal}\n\n${standing ? 'Standing' : 'Happens once'}. For rules about ${about.join(' or ')}.`;
}

/** A test of the fact as one would write it behind its name; undefined where the catalogue gives no example. */
export function factExample({ type, example }: FactEntry): unknown {
  if (type === 'strings') return { containsAny: example };
  if (type === 'users') return { contains: [example].flat().map(login)[0] };
  return type === 'user' ? login(example) : example;
}

function login(user: unknown): unknown {
  return typeof user === 'object' && user !== null && 'login' in user ? user.login : user;
}

/** What might stand behind the operator, for facts of this type and with these values. */
export function operatorExample({ operand }: Operator, type: FactType, values: readonly string[] | undefined): unknown {
  const [one = ONE[type], two] = values ?? [];
  if (operand === 'same' || operand === 'element') return one;
  if (operand === 'list' || operand === 'elements') return two === undefined ? [one] : [one, two];
  return OTHERS[operand];
}

const ONE: Readonly<Record<FactType, unknown>> = {
  string: 'C4GT Community',
  number: 10,
  boolean: true,
  time: '2026-01-31T12:00:00Z',
  user: 'octocat',
  strings: 'C4GT Community',
  users: 'octocat',
};

const OTHERS = {
  pattern: '^(fix|feat): ',
  glob: 'release/*',
  boolean: true,
  duration: '7d',
  'number or comparison': 0,
} as const;

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
