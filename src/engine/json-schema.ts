// The JSON Schema of rule files, made from the fact catalogue, the operators, the events and the actions, so that
// editors complete and CI rejects the same language that the engine runs.
import type { Action, Actions, Field } from '../actions/action.ts';
import type { FactEntry } from '../facts/fact.ts';
import { conditionSchema, TYPES, testSchema } from './condition-schema.ts';
import type { RuleSubject } from './rule.ts';
import { cases, condition, named, otherFact, type Schema } from './schema-parts.ts';

/** What the language is made of; everything that checks or compiles rules gets it as one argument. */
export interface Vocabulary {
  readonly facts: readonly FactEntry[];
  readonly events: readonly EventEntry[];
  readonly actions: Actions;
}

export interface EventEntry {
  readonly event: string;
  readonly actions: readonly string[];
  /** Kind of subject that it is about; `any` for one that every issue and pull request has. */
  readonly subject: RuleSubject | 'any' | null;
}

/** `issues`, `issues.labeled`, …: what `on` can say of an event. One that anything may have is named with its action. */
export function eventNames({ event, actions, subject }: EventEntry): string[] {
  return [...(subject === 'any' ? [] : [event]), ...actions.map((action) => `${event}.${action}`)];
}

/** Tables may have underscores besides. */
const LIMIT = { type: 'integer', minimum: 1, maximum: 1_000_000, examples: [50] };
const NAME = '^[a-z0-9]+([-_][a-z0-9]+)*$';
const ID = '^[a-z0-9]+(-[a-z0-9]+)*$';

export function rulesSchema(vocabulary: Vocabulary): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:c4gt:rules:1',
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
          propertyNames: { pattern: NAME, maxLength: 64 },
          additionalProperties: { type: 'object', minProperties: 1, additionalProperties: { type: 'number' } },
        },
        conditions: {
          type: 'object',
          description: 'Conditions by name, to use in rules.',
          propertyNames: { pattern: NAME, maxLength: 64 },
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
      on: {
        'x-names': 'event',
        enum: vocabulary.events.flatMap(eventNames),
      },
      fact: { 'x-names': 'fact', enum: vocabulary.facts.map(({ name }) => name) },
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
      mode: {
        enum: ['live', 'shadow'],
        default: 'live',
        description: 'shadow: decided and recorded, and nothing changes; to try a rule out.',
      },
      limits: {
        ...named(
          'limit',
          {
            per_hour: { ...LIMIT, description: 'Effects of this rule within an hour, over all subjects.' },
            per_day: { ...LIMIT, description: 'Effects of this rule within 24 hours, over all subjects.' },
          },
          { minProperties: 1 },
        ),
        description: 'How much the rule may do; what goes over is parked, and done when there is room again.',
      },
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
  if (type === 'users') return { ...about, ...otherFact };
  if (type === 'text') return { ...about, type: 'string', minLength: 1 };
  const number = {
    type: 'integer',
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
  const key = {
    type: ['string', 'object'],
    ...cases({ object: otherFact }),
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
