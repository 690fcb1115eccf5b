// The types of facts in the words of people who write rules.
import type { FactType } from '../facts/fact.ts';

const WORDS: Readonly<Record<FactType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  time: 'a time',
  user: 'a user',
  strings: 'a list of texts',
  users: 'a list of users',
};

/** `a user or a list of users` */
export function typeWords(types: readonly FactType[]): string {
  return types.map((type) => WORDS[type]).join(' or ');
}
