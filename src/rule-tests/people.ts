// Accounts and labels by name: the same name is the same account, or label, with the same number, wherever it comes.
import { isObject, type Payload } from './payload.ts';

/** Everybody and every label of one test's payloads, and whoever else is named. */
export interface People {
  account(login: string): Payload & { readonly id: number; readonly login: string };
  label(name: string): Payload;
}

/** @param payloads those that the test begins with: the accounts and labels in them keep their numbers */
export function peopleOf(payloads: readonly Payload[]): People {
  const named = payloads.map(namedIn);
  const find = (kind: keyof Named, name: string) =>
    named.findLast((each) => each[kind].has(name.toLowerCase()))?.[kind].get(name.toLowerCase());
  return {
    account: (login) => {
      const known = find('accounts', login);
      const id = typeof known?.['id'] === 'number' ? known['id'] : numberOf(login);
      return { ...(known ?? { type: login.endsWith('[bot]') ? 'Bot' : 'User' }), id, login, ...addresses(login) };
    },
    label: (name) => {
      const { id = numberOf(name), ...known } = find('labels', name) ?? { color: 'ededed', default: false };
      return { description: null, ...known, id, name };
    },
  };
}

function addresses(login: string): Payload {
  return { html_url: `https://github.com/${login}`, url: `https://api.github.com/users/${login}` };
}

/** By name in small letters. */
interface Named {
  readonly accounts: Map<string, Payload>;
  readonly labels: Map<string, Payload>;
}

/** GitHub's examples are few, and begin most tests. */
const seen = new WeakMap<Payload, Named>();

function namedIn(payload: Payload): Named {
  const known = seen.get(payload);
  if (known !== undefined) return known;
  const named: Named = { accounts: new Map(), labels: new Map() };
  gather(payload, named);
  seen.set(payload, named);
  return named;
}

function gather(value: unknown, named: Named): void {
  if (Array.isArray(value)) for (const item of value) gather(item, named);
  if (!isObject(value)) return;
  const { id, login, name, color } = value;
  if (typeof id === 'number' && typeof login === 'string') named.accounts.set(login.toLowerCase(), value);
  if (typeof id === 'number' && typeof name === 'string' && typeof color === 'string')
    named.labels.set(name.toLowerCase(), value);
  for (const item of Object.values(value)) gather(item, named);
}

/** GitHub's own numbers of today are far below these. */
const BEYOND = 2 ** 40;

/** The same number for the same name, without regard to case. */
export function numberOf(name: string): number {
  let number = 7;
  for (const character of name.toLowerCase()) number = (number * 31 + (character.codePointAt(0) ?? 0)) % BEYOND;
  return BEYOND + number;
}
