// A schema of OpenAPI 3.0 turned into JSON Schema, with only those definitions that it reaches.
import { referred, type Schema } from './description.ts';

/** Keywords whose values are schemas, lists of schemas, and schemas by name. */
const ONE = ['items', 'not'];
const MANY = ['allOf', 'anyOf', 'oneOf'];
/** Keywords that say something about values; all others are for readers. */
const KEPT = new Set([
  ...['type', 'enum', 'required', 'format', 'pattern', 'additionalProperties'],
  ...[
    'minimum',
    'maximum',
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'uniqueItems',
    'minProperties',
    'maxProperties',
  ],
]);

/**
 * @param closed refuse properties that the schema does not name: GitHub ignores them, so whoever sends one is mistaken
 */
export function jsonSchema(schema: Schema, closed: boolean): Schema {
  const definitions = new Map<string, Schema>();
  const converted = convert(schema, closed, definitions);
  return { ...converted, $defs: Object.fromEntries(definitions) };
}

function convert(schema: Schema, closed: boolean, definitions: Map<string, Schema>): Schema {
  const { $ref } = schema;
  if (typeof $ref === 'string') return reference($ref, closed, definitions);

  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (KEPT.has(keyword)) result[keyword] = value;
    if (ONE.includes(keyword)) result[keyword] = convert(value as Schema, closed, definitions);
    if (MANY.includes(keyword)) {
      // What is composed is named by several schemas together: none of them alone knows all properties.
      const alone = closed && keyword !== 'allOf' && schema['properties'] === undefined;
      result[keyword] = (value as Schema[]).map((each) => convert(each, alone, definitions));
    }
  }
  const { properties, additionalProperties } = schema;
  if (properties !== undefined) {
    const named = Object.entries(properties as Record<string, Schema>);
    result['properties'] = Object.fromEntries(named.map(([name, each]) => [name, convert(each, closed, definitions)]));
    if (closed && additionalProperties === undefined) result['additionalProperties'] = false;
  }
  if (typeof additionalProperties === 'object') {
    result['additionalProperties'] = convert(additionalProperties as Schema, closed, definitions);
  }
  return schema['nullable'] === true ? orNull(result) : result;
}

function orNull(schema: Schema): Schema {
  const { type, enum: values } = schema;
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
}

function reference($ref: string, closed: boolean, definitions: Map<string, Schema>): Schema {
  const name = `${$ref.split('/').at(-1)}${closed ? '' : '-open'}`;
  if (!definitions.has(name)) {
    // Before its own parts are: a schema may refer to itself.
    definitions.set(name, {});
    definitions.set(name, convert(referred<Schema>($ref), closed, definitions));
  }
  return { $ref: `#/$defs/${name}` };
}
