// A comment on an issue or on a pull request's conversation.
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';
import { Maybe, Nullable } from './nullable.ts';
import { Timestamp } from './timestamp.ts';
import { User } from './user.ts';

export const IssueComment = Type.Object({
  id: githubNumber(),
  body: Maybe(Type.String()),
  html_url: Type.String(),
  /** Null once the account is deleted. */
  user: Nullable(User),
  author_association: Maybe(Type.String()),
  created_at: Timestamp,
  updated_at: Timestamp,
});

export type IssueComment = Static<typeof IssueComment>;
