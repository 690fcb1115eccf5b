// The JSON Schema of rule files, made from the fact catalogue, the operators, the events and the actions, so that
// editors complete and CI rejects the same language that the engine runs.
import type { Action, Actions, Field } from '../actions/action.ts';
import type { FactEntry, FactType } from '../facts/fact.ts';
import { type Operand, type Operator, operators } from './operators.ts';

export type Schema = { readonly [key: string]: unknown };

/** What the language is made of; everything that checks or compiles rules gets it as one argument. */
export interface Vocabulary {
  readonly facts: readonly FactEntry[];
  readonly events: readonly EventEntry[];
  readonly actions: Actions;
}

export interface EventEntry {
  readonly event: string;
  readonly actions: readonly string[];
  readonly subject: 'issue' | 'pull_request' | null;
}

/** `x-names` says what an unknown property would have been, for messages; editors ignore it. */
const named = (what: string, properties: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  'x-names': what,
  ...more,
});

const ID = '^[a-z0-9]+(-[a-z0-9]+)*$';
const condition = { $ref: '#/$defs/condition' };

export function rulesSchema(vocabulary: Vocabulary): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://c4gt.example/schemas/rules.schema.json',
    title: 'Rules of a programme',
    description: 'What should follow from which facts, in one file of rules/*.yaml.',
    ...named(
      'key',
      {
        version: { const: 1, description: 'Version of the rule language.' },
        program: {
          type: 'string',
          pattern: ID,
          maxLength: 64,
          description: 'Name of the programme; begins every rule id.',
        },
        repositories: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', minLength: 1 },
          description: 'Globs of repositories the rules apply to, `Code4GovTech/*`. Default: all that are installed.',
        },
        tables: {
          type: 'object',
          description: 'Numbers by name, to look points up in.',
          additionalProperties: { type: 'object', minProperties: 1, additionalProperties: { type: 'number' } },
        },
        conditions: {
          type: 'object',
          description: 'Conditions by name, to use in rules.',
          additionalProperties: condition,
        },
        rules: {
          type: 'object',
          description: 'Rules by name.',
          propertyNames: { pattern: ID, maxLength: 64 },
          additionalProperties: { $ref: '#/$defs/rule' },
        },
      },
      { required: ['version', 'program'] },
    ),
    $defs: {
      rule: ruleSchema(vocabulary),
      condition: conditionSchema(vocabulary.facts),
      on: { enum: vocabulary.events.flatMap(({ event, actions }) => [event, ...actions.map((a) => `${event}.${a}`)]) },
      fact: { enum: vocabulary.facts.map(({ name }) => name) },
      ...Object.fromEntries(TYPES.map((type) => [`${type}-test`, testSchema(type)])),
    },
  };
}

function ruleSchema({ actions }: Vocabulary): Schema {
  return named(
    'key',
    {
      description: { type: 'string', minLength: 1, maxLength: 500, description: 'What the rule does, in a sentence.' },
      on: {
        description: 'The events that bring a subject under this rule: `issues`, `issues.labeled`, or a list of them.',
        type: ['string', 'array'],
        ...cases({
          string: { $ref: '#/$defs/on' },
          array: { items: { $ref: '#/$defs/on' }, minItems: 1, uniqueItems: true },
        }),
      },
      while: {
        ...condition,
        description: 'The effects stand while this holds, and are withdrawn when it stops holding.',
      },
      when: { ...condition, description: 'The effects happen when this holds at the event, and stay.' },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a key of the rule language, not a thenable
      then: {
        type: 'array',
        minItems: 1,
        description: 'What follows.',
        items: named('action', Object.fromEntries(Object.values(actions).map((a) => [a.name, actionSchema(a)])), {
          minProperties: 1,
          maxProperties: 1,
        }),
      },
      enabled: { type: 'boolean', default: true, description: 'false: as if the rule were not there.' },
      once_per: {
        enum: ['delivery', 'subject', 'contributor'],
        default: 'delivery',
        description: 'With `when`: how often the effects happen.',
      },
    },
    { required: ['on', 'then'], oneOf: [{ required: ['while'] }, { required: ['when'] }] },
  );
}

function actionSchema(action: Action): Schema {
  const fields = Object.entries(action.fields);
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  return named('parameter', Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field)])), {
    type: required.length === 0 ? ['object', 'null'] : 'object',
    description: `${action.description} ${action.withdrawal}`,
    required,
  });
}

function fieldSchema(field: Field): Schema {
  const { type, description, example, minimum, maximum } = field;
  const about = { description, examples: [example] };
  const fact = named('key', { fact: { $ref: '#/$defs/fact' } }, { required: ['fact'] });
  if (type === 'users') return { ...about, ...fact };
  if (type === 'text') return { ...about, type: 'string', minLength: 1 };
  const number = {
    type: 'integer',
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
  const key = {
    type: ['string', 'object'],
    ...cases({ object: fact }),
    description: 'What to look up: a text or a fact.',
  };
  const object = named('key', {
    fact: { $ref: '#/$defs/fact' },
    table: { type: 'string', description: 'Name of a table.' },
    key,
    default: { ...number, description: 'For a key that the table does not have.' },
  });
  return { ...about, type: ['integer', 'object'], ...cases({ integer: number, object }) };
}

function conditionSchema(facts: readonly FactEntry[]): Schema {
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

const TYPES: readonly FactType[] = ['string', 'number', 'boolean', 'time', 'user', 'strings', 'users'];

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
function testSchema(type: FactType): Schema {
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
    'number or comparison': { type: ['integer', 'object'], ...cases({ object: comparisons }) },
  };
  return { description: operator.meaning, ...operand[operator.operand] };
}

const otherFact = named('key', { fact: { $ref: '#/$defs/fact' } }, { required: ['fact'] });

/** Operators that `length` can be compared with. */
export const NUMERIC: readonly string[] = [
  'equal',
  'notEqual',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
];

/** One schema for each JSON type a value may have. Unlike `anyOf`, a value that fails is told only what concerns it. */
function cases(byType: Readonly<Record<string, Schema>>): Schema {
  return {
    // biome-ignore lint/suspicious/noThenProperty: `then` is JSON Schema's keyword
    allOf: Object.entries(byType).map(([type, schema]) => ({ if: { type }, then: schema })),
  };
}
