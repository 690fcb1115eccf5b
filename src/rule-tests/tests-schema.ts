// The JSON Schema of tests beside rules, made from the same vocabulary as that of the rules.
import { eventNames, type Vocabulary } from '../engine/language.ts';
import { named, type Schema } from '../engine/schema-parts.ts';
import type { FactEntry, FactType } from '../facts/fact.ts';
import { expectSchema } from './expect-schema.ts';

/** The schema of `*.test.yaml` files, for editors, for CI, and for what reads them. */
export function testsSchema(vocabulary: Vocabulary): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:c4gt:tests:1',
    title: 'Tests of rules',
    description: 'What must stand after which history, in one file of rules/*.test.yaml.',
    ...named(
      'key',
      {
        tests: {
          type: 'array',
          minItems: 1,
          items: { $ref: '#/$defs/test' },
          description: 'Each is played by itself, from nothing, against all rules of the directory.',
        },
      },
      { required: ['tests'] },
    ),
    $defs: {
      test: TEST,
      step: stepSchema(vocabulary),
      delivery: DELIVERY,
      contributor: CONTRIBUTOR,
      day: DAY,
      set: factsSchema(vocabulary.facts.filter(isSettable)),
      lookups: factsSchema(vocabulary.facts.filter(({ source }) => source === 'lookup')),
      expect: expectSchema,
    },
  };
}

const TEST: Schema = named(
  'key',
  {
    name: { type: 'string', minLength: 1, maxLength: 200, description: 'What the test shows, in words.' },
    history: {
      type: 'array',
      minItems: 1,
      items: { $ref: '#/$defs/step' },
      description: 'What happens, one thing after the other.',
    },
    lookups: { $ref: '#/$defs/lookups', description: 'What looking up would give, whatever the history told.' },
    expect: { $ref: '#/$defs/expect', description: 'What must stand at the end.' },
  },
  { required: ['name', 'history', 'expect'] },
);

const TIME: Schema = {
  type: 'string',
  description: 'When it happens. Default: a minute after the step before, for a day a day.',
  examples: ['2026-01-31T12:00:00Z'],
};

/** Not by cases: editors do not look behind them for what to offer. */
const orNull = (schema: Schema): Schema => ({ ...schema, type: ['object', 'null'] });

const DELIVERY: Schema = orNull(
  named('key', {
    like: {
      type: 'string',
      minLength: 1,
      description:
        "The payload to begin with: one of GitHub's examples, `issues.opened` or `issues.opened/2`, or a JSON file, " +
        'relative to this one. Default: the example of the event, about the subject of the step before.',
      examples: ['issues.opened', 'pull_request.closed/2', 'payloads/merged.json'],
    },
    set: { $ref: '#/$defs/set', description: 'Facts to change in it. A user is written as its login.' },
    at: TIME,
  }),
);

const CONTRIBUTOR: Schema = named(
  'key',
  {
    set: named(
      'fact',
      {
        contributor: { type: 'string', minLength: 1, description: 'Who, by login.', examples: ['asha'] },
        'contributor.registered': { type: 'boolean', description: 'Whether they are registered from now on.' },
        'contributor.points': { type: 'integer', description: 'How many points they have now, whatever for.' },
      },
      { required: ['contributor'] },
    ),
    at: TIME,
  },
  { required: ['set'] },
);

const DAY: Schema = orNull(named('key', { at: TIME }));

/** Events of our own come in forms of their own. */
const OWN: Readonly<Record<string, Schema>> = {
  contributor: { $ref: '#/$defs/contributor', description: 'Somebody registers, or comes to points by other ways.' },
  'schedule.daily': { $ref: '#/$defs/day', description: 'A day comes to every issue and pull request.' },
};

function stepSchema({ events }: Vocabulary): Schema {
  const names = events.flatMap(eventNames);
  const steps = names.map((name) => [name, OWN[name] ?? { $ref: '#/$defs/delivery' }]);
  return named('event', Object.fromEntries(steps), { minProperties: 1, maxProperties: 1 });
}

/** What a payload can be made to say: not what the step's own name says, nor what follows from other facts. */
export function isSettable({ name, source }: FactEntry): boolean {
  return source !== 'lookup' && source !== 'ledger' && !name.startsWith('event.') && name !== 'ticket.missing_fields';
}

function factsSchema(facts: readonly FactEntry[]): Schema {
  return named('fact', Object.fromEntries(facts.map((entry) => [entry.name, factSchema(entry)])));
}

function factSchema({ type, meaning, values }: FactEntry): Schema {
  const written = values === undefined || type !== 'string' ? VALUES[type] : { enum: [...values, null] };
  return { ...written, description: `${meaning} (${type})` };
}

const LIST: Schema = { type: ['array', 'null'], items: { type: 'string' } };

/** How a fact of this type is written; null for one that is known to be empty. */
const VALUES: Readonly<Record<FactType, Schema>> = {
  string: { type: ['string', 'null'] },
  number: { type: ['integer', 'null'] },
  boolean: { type: ['boolean', 'null'] },
  time: { type: ['string', 'null'], examples: ['2026-01-31T12:00:00Z'] },
  user: { type: ['string', 'null'], minLength: 1, examples: ['octocat', 'dependabot[bot]'] },
  strings: LIST,
  users: { ...LIST, examples: [['octocat']] },
};
