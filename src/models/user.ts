// A GitHub account as payloads name it. Accounts are told apart by number: logins get renamed and reclaimed.
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';

export const User = Type.Object({
  id: githubNumber("GitHub's number of the account; never changes"),
  login: Type.String({ minLength: 1, maxLength: 100, description: 'Its name of today' }),
  type: Type.Optional(Type.String({ description: 'User, Bot, Organization or Mannequin' })),
});

export type User = Static<typeof User>;
