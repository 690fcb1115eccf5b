// The parts that the JSON Schema of rule files is put together from.

export type Schema = { readonly [key: string]: unknown };

/** `x-names` says what an unknown property would have been, for messages; it is not published. */
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

/** Another part of the schema, by its name. */
export const part = (name: string): Schema => ({ $ref: `#/$defs/${name}` });

/** The schema as it is published: our own marks are for our own messages. */
export function withoutMarks(schema: Schema): Schema {
  const kept = Object.entries(schema).filter(([key]) => !key.startsWith('x-'));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutMarksIn(value)]));
}

function withoutMarksIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarksIn);
  return typeof value === 'object' && value !== null ? withoutMarks(value as Schema) : value;
}
