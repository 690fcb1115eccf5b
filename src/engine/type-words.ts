// The types of facts and the kinds of subjects in the words of people who write rules.
import type { FactType } from '../facts/fact.ts';
import type { RuleSubject } from './rule.ts';

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

export const SUBJECT_WORDS: Readonly<Record<RuleSubject, string>> = {
  issue: 'issues',
  pull_request: 'pull requests',
  contributor: 'contributors',
};
