// An installation of our GitHub App: in full in its own events, by number alone in all others.
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';
import { Maybe } from './nullable.ts';
import { Timestamp } from './timestamp.ts';

/** Whoever installed the App. An enterprise has a slug instead of a login. */
const Account = Type.Object({
  id: githubNumber(),
  login: Maybe(Type.String({ minLength: 1 })),
  type: Maybe(Type.String()),
});

export const Installation = Type.Object({
  id: githubNumber(),
  account: Maybe(Account),
  repository_selection: Maybe(Type.String()),
  suspended_at: Maybe(Timestamp),
});

export type Installation = Static<typeof Installation>;

/** A repository as installation events list it. */
export const InstalledRepository = Type.Object({
  id: githubNumber(),
  full_name: Type.String({ minLength: 1 }),
});

export type InstalledRepository = Static<typeof InstalledRepository>;
