// What every action promises to rules, editors and lints: sentences, examples that work, names that exist.
import { expect } from 'chai';
import type { Action } from '../../src/actions/action.ts';
import { actions } from '../../src/actions/registry.ts';
import { eventNames } from '../../src/engine/language.ts';
import { catalogue } from '../../src/facts/catalogue.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { load, said } from '../engine/rules.ts';

const all: readonly Action[] = Object.values(actions);
const events = vocabulary.events.flatMap(eventNames);
const stateFacts = catalogue.filter(({ scope }) => scope === 'state').map(({ name }) => name);

/** A condition on a subject of each kind. */
const KINDS = {
  issue: ['issues', 'issue.number'],
  pull_request: ['pull_request', 'pull_request.number'],
  contributor: ['contributor', 'contributor.points'],
} as const;

describe('every action', () => {
  it('goes by its name, and says what it does and what withdrawing means in a sentence each', () => {
    for (const [name, { name: own, description, withdrawal }] of Object.entries(actions)) {
      expect(own).to.equal(name);
      expect(name).to.match(/^[a-z]+(_[a-z]+)*$/);
      for (const sentence of [description, withdrawal]) expect(sentence, name).to.match(/^[A-Z][^\n]+\.$/);
    }
  });

  it('stands where it can be withdrawn', () => {
    const standing = all.filter((action) => action.standing).map(({ name }) => name);
    expect(standing).to.have.members([
      ...['award_points', 'grant_badge', 'list_ticket', 'comment', 'add_labels', 'assign', 'set_check'],
    ]);
  });

  it('brings about events that there are, and changes facts about state', () => {
    for (const { name, causes, changes } of all) {
      expect(events, name).to.include.members([...causes]);
      expect(stateFacts, name).to.include.members([...changes]);
    }
  });

  for (const action of all) {
    it(`${action.name} has parameters that its examples show`, () => {
      const { name, fields, subjects, standing } = action;
      const params = Object.fromEntries(Object.entries(fields).map(([key, { example }]) => [key, example]));
      const tried = (subjects ?? (['issue', 'pull_request', 'contributor'] as const)).map((kind) => {
        const [on, fact] = KINDS[kind];
        // biome-ignore lint/suspicious/noThenProperty: `then` is a key of the rule language, not a thenable
        const rule = { on, [standing ? 'while' : 'when']: { [fact]: 1 }, then: [{ [name]: params }] };
        const text = `version: 1\nprogram: demo\nrules: { one: ${JSON.stringify(rule)} }\n`;
        return load([{ path: 'x.yaml', text }]).problems.map(said);
      });
      expect(tried, JSON.stringify(tried)).to.deep.include([]);
      for (const { description } of Object.values(fields)) expect(description).to.match(/^[A-Z].+\.$/);
    });

    it(`${action.name} acts on ${action.subjects?.join(' or ') ?? 'anything'} only`, () => {
      const refused = Object.entries(KINDS).flatMap(([kind, [on, fact]]) => {
        const text = `version: 1\nprogram: demo\nrules: { one: { on: ${on}, when: { ${fact}: 1 }, then: [{ ${action.name}: {} }] } }\n`;
        return load([{ path: 'x.yaml', text }]).problems.some(({ code }) => code === 'wrong-subject') ? [kind] : [];
      });
      const wanted = Object.keys(KINDS).filter((kind) => action.subjects?.some((one) => one === kind) === false);
      expect(refused).to.deep.equal(wanted);
    });
  }

  it('acts on a contributor only where GitHub has no part in it', () => {
    const onContributors = all.filter(({ subjects }) => subjects?.includes('contributor') ?? true);
    expect(onContributors.map(({ name }) => name)).to.have.members(['grant_badge', 'notify_discord']);
  });

  it('refuses parameters that it did not make', () => {
    for (const action of all.filter(({ fields }) => Object.keys(fields).length > 0))
      for (const params of [null, {}, [], 'x', { points: '1', label: 2 }])
        expect(() => action.summary(params), action.name).to.throw(new RegExp(`^the kept ${action.name}\\b`));
  });
});
