// How GitHub leaves things out: as null, by omission, or, over the years, as either.
import Type, { type TSchema } from 'typebox';

/** The value, or null where GitHub knows it to be empty: a deleted account, a body never written. */
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** The value, null, or nothing at all, as in payloads that predate the field. */
export const Maybe = <T extends TSchema>(schema: T) => Type.Optional(Nullable(schema));
