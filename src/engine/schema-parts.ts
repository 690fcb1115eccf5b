// The parts that the JSON Schema of rule files is put together from.

export type Schema = { readonly [key: string]: unknown };

/** `x-names` says what an unknown property would have been, for messages; editors ignore it. */
export const named = (what: string, properties: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  'x-names': what,
  ...more,
});

/** One schema for each JSON type a value may have. Unlike `anyOf`, a value that fails is told only what concerns it. */
export function cases(byType: Readonly<Record<string, Schema>>): Schema {
  return {
    // biome-ignore lint/suspicious/noThenProperty: `then` is JSON Schema's keyword
    allOf: Object.entries(byType).map(([type, schema]) => ({ if: { type }, then: schema })),
  };
}

/** A condition, wherever one may stand. */
export const condition: Schema = { $ref: '#/$defs/condition' };

/** Another fact, in place of a value. */
export const otherFact: Schema = named('key', { fact: { $ref: '#/$defs/fact' } }, { required: ['fact'] });
