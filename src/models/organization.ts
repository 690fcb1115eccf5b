// The organisation that owns a repository; a repository of a person has none.
import Type, { type Static } from 'typebox';

export const Organization = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  login: Type.String({ minLength: 1 }),
});

export type Organization = Static<typeof Organization>;
