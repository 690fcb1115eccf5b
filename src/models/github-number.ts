// The numbers by which GitHub knows things: whole, from 1, and within what both JavaScript and Postgres hold exactly.
import Type from 'typebox';

export function githubNumber(description?: string) {
  const about = description === undefined ? {} : { description };
  return Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, ...about });
}
