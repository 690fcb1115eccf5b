// The JSON Schema of rule files, made from the fact catalogue, the operators, the events and the actions, so that
// editors complete and CI rejects the same language that the engine runs.
import type { FactEntry, FactType } from '../facts/fact.ts';
import { conditionSchema, factSchema, testOf, testSchema, valuesOf } from './condition-schema.ts';
import { eventNames, type Vocabulary } from './language.ts';
import { ruleSchema } from './rule-schema.ts';
import { type Audience, checker, editorOf, factMapping, GROUPS, namesOf, othersOf, TYPES } from './schema-audience.ts';
import { named, part, type Schema, withoutMarks } from './schema-parts.ts';
import { CONDITION_SNIPPETS, FILE_SNIPPETS, RULE_SNIPPETS, TABLE_SNIPPETS } from './schema-snippets.ts';
import { eventMeaning } from './schema-words.ts';
import { typeWords } from './type-words.ts';

const NAME = '^[a-z0-9]+([-_][a-z0-9]+)*$';
const ID = '^[a-z0-9]+(-[a-z0-9]+)*$';

const NAMED = 'A name is small letters, digits and single dashes, at most 64 in all.';

/** What files are held against before they are compiled; what it lets through, the compiler may still refuse. */
export function rulesSchema(vocabulary: Vocabulary): Schema {
  return schemaFor(vocabulary, checker);
}

/**
 * What is published: the same language, explained, and strict about values and types too. It accepts every file that
 * loads, and none that {@link rulesSchema} refuses.
 */
export function publishedSchema(vocabulary: Vocabulary): Schema {
  return withoutMarks(schemaFor(vocabulary, editorOf(vocabulary.facts)));
}

function schemaFor(vocabulary: Vocabulary, to: Audience): Schema {
  const { facts } = vocabulary;
  const byName = { type: 'object' } as const;
  const names = (pattern: string) => ({
    propertyNames: { pattern, maxLength: 64, ...(to.isEditor ? { doNotSuggest: true, errorMessage: NAMED } : {}) },
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:c4gt:rules:1',
    ...to.about({
      title: 'C4GT rules',
      description: 'What should follow from which facts, in one file of rules/*.yaml.',
      defaultSnippets: FILE_SNIPPETS,
    }),
    ...named(
      'key',
      {
        version: { const: 1, ...to.about({ description: 'Version of the rule language.' }) },
        program: {
          type: 'string',
          pattern: ID,
          maxLength: 64,
          ...to.about({
            description: 'Name of the programme; begins every rule id.',
            examples: ['c4gt-community'],
            errorMessage: NAMED,
          }),
        },
        repositories: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', minLength: 1, ...to.about({ examples: ['Code4GovTech/*'] }) },
          ...to.about({ description: 'Globs of repositories the rules apply to. Default: all that are installed.' }),
        },
        tables: {
          ...byName,
          ...names(NAME),
          additionalProperties: { type: 'object', minProperties: 1, additionalProperties: { type: 'number' } },
          ...to.about({
            description: 'Numbers by name, to look points up in, from every file.',
            defaultSnippets: TABLE_SNIPPETS,
          }),
        },
        conditions: {
          ...byName,
          ...names(NAME),
          additionalProperties: part('condition'),
          ...to.about({
            description: 'Conditions by name, to use in rules as `condition: name`, in every file.',
            defaultSnippets: CONDITION_SNIPPETS,
          }),
        },
        rules: {
          ...byName,
          ...names(ID),
          additionalProperties: part('rule'),
          ...to.about({ description: 'Rules by name.', defaultSnippets: RULE_SNIPPETS }),
        },
      },
      { required: ['version', 'program'] },
    ),
    $defs: {
      rule: ruleSchema(vocabulary.actions, to),
      condition: conditionSchema(facts, 'condition', to),
      on: to.choice('event', eventMeanings(vocabulary)),
      ...(to.isEditor ? editorParts(facts, to) : checkerParts(facts, to)),
    },
  };
}

function eventMeanings({ events, facts }: Vocabulary) {
  return events.flatMap((event) =>
    eventNames(event).map((name) => ({ name, meaning: eventMeaning(name, event, facts) })),
  );
}

function checkerParts(facts: readonly FactEntry[], to: Audience): Schema {
  return {
    fact: to.choice('fact', meanings(facts)),
    ...Object.fromEntries(TYPES.map((type) => [testOf({ name: type, type }), testSchema({ name: type, type }, to)])),
  };
}

function editorParts(facts: readonly FactEntry[], to: Audience): Schema {
  const state = facts.filter(({ scope }) => scope === 'state');
  const kinds = [...new Set(facts.map(to.kindOf))];
  const known = kinds.filter(({ values }) => values !== undefined);
  return {
    'state-condition': conditionSchema(state, 'state-condition', to),
    ...Object.fromEntries(kinds.map((kind) => [testOf(kind), testSchema(kind, to)])),
    ...Object.fromEntries(known.map((kind) => [valuesOf(kind), { type: 'string', enum: kind.values }])),
    ...Object.fromEntries(GROUPS.map((types) => [namesOf(types), namesSchema(types, facts, to)])),
    ...Object.fromEntries(GROUPS.map((types) => [othersOf(types), factMapping(to.factName(types))])),
    ...Object.fromEntries(facts.map((entry) => [entry.name, factSchema(entry, to)])),
  };
}

function namesSchema(types: readonly FactType[], facts: readonly FactEntry[], to: Audience): Schema {
  if (types.length > 1) return { type: 'string', anyOf: types.map((type) => to.factName([type])) };
  const own = facts.filter(({ type }) => types.includes(type));
  return { ...to.choice('fact', meanings(own)), ...to.about({ title: `Fact, ${typeWords(types)}` }) };
}

const meanings = (facts: readonly FactEntry[]) => facts.map(({ name, meaning }) => ({ name, meaning }));
