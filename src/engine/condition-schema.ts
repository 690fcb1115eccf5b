// The JSON Schema of conditions: every fact with what may stand behind it, by its type.
import type { FactEntry, FactType } from '../facts/fact.ts';
import { type Operand, type Operator, operators } from './operators.ts';
import { cases, condition, named, otherFact, type Schema } from './schema-parts.ts';

export function conditionSchema(facts: readonly FactEntry[]): Schema {
  const list = { type: 'array', minItems: 1, items: condition };
  return named(
    'fact',
    {
      all: { ...list, description: 'All of these hold.' },
      any: { ...list, description: 'At least one of these holds.' },
      not: { ...condition, description: 'This does not hold.' },
      condition: { type: 'string', description: 'The condition of this name holds.' },
      fact: { type: 'string', description: "json-rules-engine's own form: the fact, with `operator` and `value`." },
      operator: { enum: [...operators.keys()], description: 'See `fact`.' },
      value: { description: 'See `fact`.' },
      path: { type: 'string', description: 'See `fact`: `$.name.name`, plain names only.' },
      ...Object.fromEntries(facts.map((entry) => [entry.name, factSchema(entry)])),
    },
    {
      minProperties: 1,
      dependentRequired: { fact: ['operator', 'value'], operator: ['fact'], value: ['fact'], path: ['fact'] },
    },
  );
}

function factSchema({ type, meaning, values, example }: FactEntry): Schema {
  const known = values === undefined ? '' : ` One of: ${values.join(', ')}.`;
  const about = {
    description: `${meaning}${known} (${type})`,
    ...(example === undefined ? {} : { examples: [example] }),
  };
  return { $ref: `#/$defs/${type}-test`, ...about };
}

export const TYPES: readonly FactType[] = ['string', 'number', 'boolean', 'time', 'user', 'strings', 'users'];

/** JSON type of one value, or of one element, as it is written in a rule. */
const WRITTEN: Readonly<Record<FactType, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  time: 'string',
  user: 'string',
  strings: 'string',
  users: 'string',
};

/** What may stand behind a fact of this type: a value, a list of values, another fact, or operators. */
export function testSchema(type: FactType): Schema {
  const scalar = WRITTEN[type];
  const own = [...operators.values()].filter((operator) => operator.types.includes(type));
  const object = named(
    'operator',
    {
      fact: { $ref: '#/$defs/fact', description: 'Equals this other fact.' },
      ...Object.fromEntries(own.map((operator) => [operator.name, operatorSchema(operator, scalar)])),
    },
    { minProperties: 1 },
  );
  if (type === 'strings' || type === 'users') return { ...object, 'x-list': true };
  return {
    type: [scalar, 'array', 'object'],
    ...cases({ array: { minItems: 1, items: { type: scalar } }, object }),
  };
}

function operatorSchema(operator: Operator, scalar: string): Schema {
  const orFact = (type: string): Schema => ({ type: [type, 'object'], ...cases({ object: otherFact }) });
  const comparisons = named('operator', Object.fromEntries(NUMERIC.map((name) => [name, { type: 'integer' }])), {
    minProperties: 1,
  });
  const list = { type: 'array', minItems: 1, items: { type: scalar } };
  const operand: Readonly<Record<Operand, Schema>> = {
    same: orFact(scalar),
    element: orFact(scalar),
    list: { type: ['array', 'object'], ...cases({ array: list, object: otherFact }) },
    elements: { type: ['array', 'object'], ...cases({ array: list, object: otherFact }) },
    pattern: { type: 'string', minLength: 1, maxLength: 1000 },
    glob: { type: 'string', minLength: 1, maxLength: 200 },
    boolean: { type: 'boolean' },
    duration: { type: 'string', pattern: '^[1-9][0-9]{0,4}[mhdw]$', examples: ['7d', '12h'] },
    'number or comparison': { type: ['integer', 'object'], ...cases({ object: comparisons }) },
  };
  return { description: operator.meaning, ...operand[operator.operand] };
}

/** Operators that `length` can be compared with. */
export const NUMERIC: readonly string[] = [
  'equal',
  'notEqual',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
];
