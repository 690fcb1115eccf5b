// The organisation that owns a repository; a repository of a person has none.
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';

export const Organization = Type.Object({
  id: githubNumber(),
  login: Type.String({ minLength: 1 }),
});

export type Organization = Static<typeof Organization>;
