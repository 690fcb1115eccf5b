// A repository as nearly every payload carries it.
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';
import { Maybe } from './nullable.ts';
import { Timestamp } from './timestamp.ts';
import { User } from './user.ts';

export const Repository = Type.Object({
  id: githubNumber("GitHub's number of the repository; survives renames and transfers"),
  name: Type.String({ minLength: 1 }),
  full_name: Type.String({ minLength: 1 }),
  owner: Maybe(User),
  private: Type.Optional(Type.Boolean()),
  archived: Type.Optional(Type.Boolean()),
  fork: Type.Optional(Type.Boolean()),
  default_branch: Maybe(Type.String()),
  description: Maybe(Type.String()),
  topics: Maybe(Type.Array(Type.String())),
  language: Maybe(Type.String()),
  html_url: Type.Optional(Type.String()),
  updated_at: Maybe(Timestamp),
});

export type Repository = Static<typeof Repository>;
