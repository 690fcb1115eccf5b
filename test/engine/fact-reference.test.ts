// The page of facts: each of them once, where one looks for it, with all that the catalogue says.
import { expect } from 'chai';
import { factsPage, factsText } from '../../src/engine/fact-reference.ts';
import { factSections, USER_PARTS, withoutUserParts } from '../../src/engine/fact-sections.ts';
import { operators } from '../../src/engine/operators.ts';
import { catalogue } from '../../src/facts/catalogue.ts';

describe('the page of facts', () => {
  const page = factsPage(catalogue);
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const named = (name: string) => rows.filter((row) => row.startsWith(`| \`${name}\` |`));

  it('has every fact in one row, with its meaning and its values', () => {
    for (const { name, meaning, values = [] } of withoutUserParts(catalogue)) {
      expect(named(name), name).to.have.length(1);
      for (const words of [meaning, ...values.map((value) => `\`${value}\``)]) expect(named(name)[0]).to.include(words);
    }
  });

  it('explains the parts of users once, instead of three rows for each user', () => {
    const users = catalogue.filter(({ type }) => type === 'user');
    expect(users).not.to.have.length(0);
    for (const { name } of users) for (const part of USER_PARTS) expect(named(`${name}.${part}`)).to.deep.equal([]);
    for (const part of USER_PARTS) expect(page).to.include(`\`.${part}\``);
  });

  it('names every operator, by the types it goes with', () => {
    const lists = page.split('\n').find((line) => line.startsWith('| list of texts |'));
    expect(lists).to.include('`containsAny`').and.not.to.include('`equal`');
    for (const name of operators.keys()) expect(page).to.include(`\`${name}\``);
  });

  it('parts state from moment, and says with which events a family comes', () => {
    const [, state = '', moment = ''] = page.split(/^## (?:State|Moment)$/m);
    for (const { name, scope } of withoutUserParts(catalogue)) {
      expect(state.includes(`| \`${name}\` |`), name).to.equal(scope === 'state');
      expect(moment.includes(`| \`${name}\` |`), name).to.equal(scope === 'moment');
    }
    for (const { events, facts } of factSections(catalogue))
      for (const event of events)
        expect(
          facts.some((entry) => entry.events.includes(event)),
          event,
        ).to.equal(true);
  });

  it('has tables that are whole', () => {
    for (const row of rows) {
      const head = page
        .slice(0, page.indexOf(row))
        .split('\n')
        .findLast((line) => /^\|(?:---\|)+$/.test(line));
      expect(row.match(/(?<!\\)\|/g)?.length, row).to.equal(head?.match(/\|/g)?.length);
    }
    expect(page).not.to.match(/undefined|\[object/);
  });

  it('is the same, whenever it is made', () => {
    expect(factsPage([...catalogue])).to.equal(page);
  });

  it('puts a family that nobody has named yet at the end', () => {
    const entry = {
      name: 'weather.wind',
      type: 'number',
      meaning: 'How windy it is.',
      scope: 'state',
      source: 'payload',
      events: ['issues'],
    } as const;
    expect(factsText([...catalogue, entry])).to.match(
      /weather: state[^\n]*\n {2}weather\.wind {2}number {2}How windy it is\.\n$/,
    );
  });
});
