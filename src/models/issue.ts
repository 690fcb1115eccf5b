// An issue, as `issues` events carry it, and `issue_comment` events too (where a pull request also is one).
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';
import { Label } from './label.ts';
import { Maybe, Nullable } from './nullable.ts';
import { Timestamp } from './timestamp.ts';
import { User } from './user.ts';

const Titled = Type.Object({ title: Type.String() });
const Named = Type.Object({ name: Type.String() });

export const Issue = Type.Object({
  number: githubNumber(),
  title: Type.String(),
  body: Maybe(Type.String()),
  html_url: Type.String(),
  /** Null once the account is deleted. */
  user: Nullable(User),
  state: Type.Optional(Type.String()),
  state_reason: Maybe(Type.String()),
  labels: Type.Optional(Type.Array(Label)),
  assignees: Type.Optional(Type.Array(User)),
  milestone: Maybe(Titled),
  type: Maybe(Named),
  locked: Type.Optional(Type.Boolean()),
  comments: Type.Optional(Type.Integer()),
  author_association: Maybe(Type.String()),
  created_at: Timestamp,
  updated_at: Timestamp,
  closed_at: Maybe(Timestamp),
  /** There where the issue is a pull request. */
  pull_request: Maybe(Type.Object({})),
});

export type Issue = Static<typeof Issue>;
