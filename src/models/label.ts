// A label of a repository. Labels are followed by number: they get renamed.
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';
import { Maybe } from './nullable.ts';

export const Label = Type.Object({
  id: githubNumber(),
  name: Type.String(),
  color: Maybe(Type.String()),
  description: Maybe(Type.String()),
});

export type Label = Static<typeof Label>;
