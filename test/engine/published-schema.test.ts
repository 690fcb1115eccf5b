// The published schema explains every word of the language, and agrees with what `rules check` accepts.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { publishedSchema, rulesSchema } from '../../src/engine/json-schema.ts';
import { operators } from '../../src/engine/operators.ts';
import type { Schema } from '../../src/engine/schema-parts.ts';
import { catalogue } from '../../src/facts/catalogue.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { ruleFileOf } from './rule-files.ts';
import { load } from './rules.ts';

const published = publishedSchema(vocabulary) as Schema & { readonly $defs: Readonly<Record<string, Schema>> };
const ajv = new Ajv2020({ strict: false, allErrors: true });
const isPublished = ajv.compile(published);
const isChecked = new Ajv2020({ strict: false }).compile(rulesSchema(vocabulary));

/** Validators of its parts. */
const parts = new Map<string, (value: unknown) => boolean>();
const part = (name: string) => {
  const known = parts.get(name) ?? ajv.compile({ $ref: `urn:c4gt:rules:1#/$defs/${name}` });
  parts.set(name, known);
  return known;
};

/** Every schema within, with the way to it. */
function* within(schema: unknown, path = ''): Generator<[path: string, schema: Schema]> {
  if (typeof schema !== 'object' || schema === null) return;
  if (!Array.isArray(schema)) yield [path, schema as Schema];
  for (const [key, value] of Object.entries(schema)) yield* within(value, `${path}/${key}`);
}

describe('the published schema', () => {
  it('is one of draft 2020-12', () => {
    expect(published['$schema']).to.equal('https://json-schema.org/draft/2020-12/schema');
    expect(ajv.validateSchema(published), ajv.errorsText()).to.equal(true);
  });

  it('explains every fact, with an example that is a test of it, and its values', () => {
    for (const { name, type, meaning, values, events } of catalogue) {
      const schema = published.$defs[name];
      expect(schema?.['description'], name).to.include(meaning);
      for (const event of events) expect(schema?.['description'], name).to.include(event);
      const { examples = (schema?.['then'] as Schema | undefined)?.['examples'] } = schema ?? {};
      expect(examples, name).to.be.an('array').with.length(1);
      for (const example of examples as unknown[]) expect(part(name)(example), `${name}: ${example}`).to.equal(true);
      if (values === undefined) continue;
      const accepts = (value: string) => part(name)(type === 'strings' ? { containsAny: [value] } : value);
      for (const value of values) expect(accepts(value), `${name}: ${value}`).to.equal(true);
      expect(accepts('none of them'), name).to.equal(false);
    }
  });

  it('explains every operator wherever it may stand, with an example that fits', () => {
    for (const [name, test] of Object.entries(published.$defs).filter(([name]) => name.endsWith('-test'))) {
      const found = [...within(test)].filter(
        ([path, schema]) => operators.has(path.split('/').at(-1) ?? '') && 'title' in schema,
      );
      expect(found, name).not.to.have.length(0);
      for (const [path, schema] of found) {
        const operator = path.split('/').at(-1) ?? '';
        expect(schema['description'], path).to.match(/^[A-Z].*\.$/);
        expect(schema['title'], path).to.equal(operator);
        const { examples = (schema['then'] as Schema | undefined)?.['examples'] } = schema;
        expect(examples, `${name}${path}`).to.be.an('array');
        if (path.includes('/length/')) continue;
        for (const example of examples as unknown[])
          expect(part(name)({ [operator]: example }), `${name}: ${operator}: ${JSON.stringify(example)}`).to.equal(
            true,
          );
      }
    }
  });

  it('explains every action and parameter, with an example', () => {
    const { then } = (
      published.$defs['rule'] as { properties: { then: { items: { properties: Record<string, Schema> } } } }
    ).properties;
    for (const [name, action] of Object.entries(vocabulary.actions)) {
      const schema = then.items.properties[name];
      expect(schema?.['description'], name).to.include(action.description);
      for (const [field, { description, example }] of Object.entries(action.fields)) {
        const parameter = ((schema?.['properties'] ?? {}) as Record<string, Schema>)[field];
        expect(parameter?.['description'], `${name}.${field}`).to.include(description);
        const { examples = (parameter?.['then'] as Schema | undefined)?.['examples'] } = parameter ?? {};
        expect(examples, `${name}.${field}`).to.deep.equal([example]);
      }
    }
  });

  it('explains every event, and every other key of a file and a rule', () => {
    const events = published.$defs['on'] as { oneOf: { const: string; description: string }[] };
    for (const { const: name, description } of events.oneOf) expect(description, name).to.match(/^[A-Z].*\.$/);
    const rule = published.$defs['rule'] as { properties: Record<string, Schema> };
    for (const [key, schema] of Object.entries({ ...(published['properties'] as object), ...rule.properties }))
      expect(schema['description'], key).to.match(/\.$/);
  });

  it('keeps our own marks to ourselves', () => {
    expect(JSON.stringify(published)).not.to.match(/"x-[a-z]+":/);
  });

  it('stays of a size that an editor reads at once', () => {
    expect(JSON.stringify(published).length).to.be.below(300_000);
  });

  it('offers whole rules and files that are right as they come', () => {
    const snippets = [...within(published)].flatMap(([path, { defaultSnippets = [] }]) =>
      (defaultSnippets as { label: string; body: object }[]).map(({ label, body }) => ({
        key: path.split('/').at(-1) ?? '',
        label,
        body,
      })),
    );
    expect(snippets.map(({ label }) => label)).to.include.members([
      'rule file',
      'rule with while',
      'rule with when',
      'condition',
    ]);
    for (const { key, label, body } of snippets) {
      const filled = parse(stringify(body).replace(/["']?\^?\$\{\d+:([^}]*)\}["']?/g, '$1')) as object;
      const file = key === '' ? filled : { version: 1, program: 'demo', [key]: filled };
      const { problems } = load([{ path: 'x.yaml', text: stringify(file) }]);
      expect(
        problems.filter(({ severity }) => severity === 'error'),
        label,
      ).to.deep.equal([]);
    }
  });

  it('takes any text as part of one that has few values, as loading does', () => {
    for (const [test, fits] of [
      ['{ contains: requested }', true],
      ['{ startsWith: approv }', true],
      ['{ equal: requested }', false],
      ['{ in: [approved, requested] }', false],
    ] as const) {
      const award = 'award_points: { to: { fact: review.author }, points: 1 }';
      const rule = `{ on: pull_request_review, when: { review.state: ${test} }, then: [{ ${award} }] }`;
      const text = `version: 1\nprogram: demo\nrules: { one: ${rule} }\n`;
      expect(isPublished(parse(text)), test).to.equal(fits);
      expect(load([{ path: 'x.yaml', text }]).rules !== null, test).to.equal(fits);
    }
  });

  it('accepts whatever loads, and nothing that the checker refuses', () => {
    let loading = 0;
    fc.assert(
      fc.property(fc.oneof(ruleFileOf(0), ruleFileOf(4), ruleFileOf(25)), (file) => {
        const loads = load([{ path: 'x.yaml', text: stringify(file) }]).rules !== null;
        const accepted = isPublished(file);
        if (loads) expect(accepted, ajv.errorsText(isPublished.errors)).to.equal(true);
        if (accepted) expect(isChecked(file)).to.equal(true);
        if (loads) loading++;
      }),
      { numRuns: 1_200 },
    );
    expect(loading).to.be.above(150);
  });

  it('refuses what is wrong by form alone, so that an editor shows it at once', () => {
    interface Case {
      readonly note: string;
      readonly file?: string;
      readonly rules?: string;
      readonly at: string;
    }
    const cases = parse(readFileSync(new URL('./cases/problems.yaml', import.meta.url), 'utf8')) as Case[];
    const unseen = cases.flatMap(({ file, rules, at }) => {
      const text = file ?? `version: 1\nprogram: demo\nrules:\n  ${rules}\n`;
      if (at.includes('yaml-')) return [];
      return isPublished(parse(text)) ? [at.split(' ').at(-1) ?? ''] : [];
    });
    // These need what stands elsewhere: the rule's events, other names, or a parser of another language.
    expect([...new Set(unseen)].sort()).to.deep.equal([
      'bad-glob',
      'bad-path',
      'bad-pattern',
      'bad-template',
      'bad-value',
      'condition-cycle',
      'fact-not-offered',
      'mixed-forms',
      'moment-fact',
      'no-subject',
      'not-standing',
      'too-large',
      'unknown-condition',
      'unknown-fact',
      'unknown-table',
      'wrong-subject',
      'wrong-type',
    ]);
  });
});
