// The catalogue is what rules, editors and documentation go by, so it must be whole and say the same everywhere.
import { expect } from 'chai';
import { consumers } from '../../src/consumers/registry.ts';
import { derivedEvents } from '../../src/facts/catalogue/events.ts';
import { catalogue, derive, fact, factsOf } from '../../src/facts/catalogue.ts';
import { ticketFacts } from '../../src/facts/ticket-facts.ts';
import { PERMISSIONS } from '../../src/github/lookups.ts';

const MOMENT = ['event', 'sender', 'label', 'comment', 'review', 'assignee', 'installation'];

describe('the fact catalogue', () => {
  it('names each fact once, in plain dotted words', () => {
    const names = catalogue.map((entry) => entry.name);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(name).to.match(/^[a-z_]+(\.[a-z_]+)*$/);
  });

  it('explains each fact in one sentence, with an example', () => {
    for (const { name, meaning, example } of catalogue) {
      expect(meaning, name).to.match(/^[A-Z].*\.$/);
      expect(example, name).not.to.equal(undefined);
    }
  });

  it('says of each fact whether it is of the moment', () => {
    for (const { name, scope } of catalogue) {
      expect(scope, name).to.equal(MOMENT.includes(name.split('.')[0] ?? '') ? 'moment' : 'state');
    }
  });

  it('knows only events that have a consumer, and our own', () => {
    const known = [...Object.keys(consumers), ...derivedEvents.map(({ event }) => event)];
    for (const { name, events } of catalogue) expect(known, name).to.include.members([...events]);
  });

  it('gives examples that are among the known values', () => {
    for (const { name, values, example } of catalogue) {
      if (values !== undefined) expect(values, name).to.include.members([example].flat());
    }
  });

  it('knows the permissions that GitHub is asked for', () => {
    expect(fact('sender.permission')?.values).to.deep.equal(PERMISSIONS);
  });

  it('gives every user a login, a number and a type', () => {
    for (const { name, events } of catalogue.filter((entry) => entry.type === 'user')) {
      expect(fact(`${name}.login`)).to.deep.include({ type: 'string', ignoreCase: true, events });
      expect(fact(`${name}.id`)).to.deep.include({ type: 'number', events });
      expect(fact(`${name}.type`)).to.deep.include({ type: 'string', events });
    }
  });

  it('repeats every fact of a ticket for the pull request that closes it', () => {
    for (const { name, type } of catalogue.filter((entry) => entry.name.startsWith('ticket.'))) {
      expect(fact(`pull_request.${name}`)).to.include({ type, source: 'lookup' });
    }
  });

  it('finds facts by name and by event', () => {
    expect(fact('pull_request.merged')).to.include({ type: 'boolean', scope: 'state' });
    expect(fact('__proto__')).to.equal(undefined);
    expect(factsOf('issues').map((entry) => entry.name)).to.include.members([
      'issue.labels',
      'ticket.skills',
      'label.name',
    ]);
    expect(factsOf('issues').map((entry) => entry.name)).not.to.include('pull_request.merged');
    expect(factsOf('ping')).to.deep.equal([]);
  });
});

describe('deriving facts', () => {
  it('tells a user apart, and an empty one too', () => {
    const facts = derive({ sender: { id: 1, login: 'a' }, 'issue.author': null, 'issue.title': 'T' });
    expect(facts).to.deep.equal({
      sender: { id: 1, login: 'a' },
      'sender.login': 'a',
      'sender.id': 1,
      'issue.author': null,
      'issue.author.login': null,
      'issue.author.id': null,
      'issue.author.type': null,
      'issue.title': 'T',
    });
    expect(derive(facts)).to.deep.equal(facts);
  });
});

describe('ticket facts', () => {
  it('are named by the catalogue', () => {
    const facts = ticketFacts('### Complexity\n\nHigh');
    expect(facts['ticket.complexity']).to.equal('High');
    for (const name of Object.keys(facts)) expect(fact(name), name).not.to.equal(undefined);
  });

  it('are those of the latest body, and none without a body', () => {
    expect(ticketFacts('### Complexity\n\nLow')['ticket.complexity']).to.equal('Low');
    expect(ticketFacts(null)['ticket.complexity']).to.equal(null);
  });
});
