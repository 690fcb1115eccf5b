// A pull request: the simple form that reviews carry, and the full one of its own events.
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';
import { Label } from './label.ts';
import { Maybe, Nullable } from './nullable.ts';
import { Timestamp } from './timestamp.ts';
import { User } from './user.ts';

const Branch = Type.Object({ ref: Type.String(), sha: Type.String() });
const Titled = Type.Object({ title: Type.String() });
/** A team asked for a review; it has a slug and no login. */
const Team = Type.Object({ id: githubNumber(), slug: Type.String() });

const simple = {
  number: githubNumber(),
  title: Type.String(),
  body: Maybe(Type.String()),
  html_url: Type.String(),
  /** Null once the account is deleted. */
  user: Nullable(User),
  state: Type.String(),
  draft: Maybe(Type.Boolean()),
  locked: Type.Optional(Type.Boolean()),
  labels: Type.Optional(Type.Array(Label)),
  assignees: Maybe(Type.Array(User)),
  requested_reviewers: Maybe(Type.Array(Type.Union([User, Team]))),
  milestone: Maybe(Titled),
  base: Branch,
  head: Branch,
  author_association: Maybe(Type.String()),
  created_at: Timestamp,
  updated_at: Timestamp,
  closed_at: Maybe(Timestamp),
  merged_at: Maybe(Timestamp),
};

export const SimplePullRequest = Type.Object(simple);

export type SimplePullRequest = Static<typeof SimplePullRequest>;

export const PullRequest = Type.Object({
  ...simple,
  merged: Maybe(Type.Boolean()),
  merged_by: Maybe(User),
  additions: Type.Optional(Type.Integer()),
  deletions: Type.Optional(Type.Integer()),
  changed_files: Type.Optional(Type.Integer()),
  commits: Type.Optional(Type.Integer()),
  comments: Type.Optional(Type.Integer()),
  review_comments: Type.Optional(Type.Integer()),
});

export type PullRequest = Static<typeof PullRequest>;
