// A review of a pull request.
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';
import { Maybe, Nullable } from './nullable.ts';
import { Timestamp } from './timestamp.ts';
import { User } from './user.ts';

export const Review = Type.Object({
  id: githubNumber(),
  /** In lower case from webhooks, in upper case from the REST API. */
  state: Type.String({ minLength: 1 }),
  body: Maybe(Type.String()),
  html_url: Type.Optional(Type.String()),
  /** Null once the account is deleted. */
  user: Nullable(User),
  author_association: Maybe(Type.String()),
  /** Null while the review is pending. */
  submitted_at: Maybe(Timestamp),
  updated_at: Maybe(Timestamp),
});

export type Review = Static<typeof Review>;
