// All that GitHub has published of examples is read, and gives facts as the catalogue describes them.
import { emitterEventNames } from '@octokit/webhooks';
import { expect } from 'chai';
import type { Consumed } from '../../src/consumers/consumer.ts';
import { consumerOf, consumers } from '../../src/consumers/registry.ts';
import { derive, fact, factsOf, stateOf } from '../../src/facts/catalogue.ts';
import type { FactEntry, FactValue } from '../../src/facts/fact.ts';
import { examples, type Payload } from './examples.ts';

const read: readonly (readonly [event: string, payload: Payload, consumed: Consumed])[] = examples.flatMap(
  ([event, payload]) => {
    const consumer = consumerOf(event);
    return consumer === undefined ? [] : [[event, payload, consumer.read(payload)] as const];
  },
);

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const isUser = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'id' in value && 'login' in value;

const fits: Readonly<Record<FactEntry['type'], (value: FactValue) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && TIME.test(value),
  user: isUser,
  strings: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  users: (value) => Array.isArray(value) && value.every(isUser),
};

describe("GitHub's example payloads", () => {
  it('are all 329 there, and a hundred of them are of events we take', () => {
    expect(examples).to.have.length(329);
    expect(read.length).to.be.above(100);
    expect(new Set(read.map(([event]) => event))).to.deep.equal(new Set(Object.keys(consumers)));
  });

  it('give only facts of the catalogue, of the right type, on the events it names', () => {
    for (const [event, payload, { facts }] of read) {
      for (const [name, value] of Object.entries(facts)) {
        const entry = fact(name);
        const where = `${event}.${payload.action}: ${name} = ${JSON.stringify(value)}`;
        expect(entry, where).not.to.equal(undefined);
        expect(entry?.events, where).to.include(event);
        expect(entry?.source, where).not.to.equal('lookup');
        if (entry !== undefined && value !== null) expect(fits[entry.type](value), where).to.equal(true);
        if (entry?.values !== undefined && value !== null)
          expect(entry.values, where).to.include.members([value].flat());
      }
    }
  });

  it('together offer nearly every fact the catalogue promises', () => {
    const offered = new Set(read.flatMap(([, , { facts }]) => Object.keys(facts)));
    const promised = Object.keys(consumers).flatMap((event) =>
      // No payload tells what is looked up, whether at GitHub or, of the sender, in our own ledger.
      factsOf(event).filter(({ source }) => source !== 'lookup' && source !== 'ledger'),
    );
    const lacking = [...new Set(promised.map((entry) => entry.name))].filter((name) => !offered.has(name));
    // The examples are older than these.
    expect(lacking).to.deep.equal(['issue.state_reason', 'issue.type']);
  });

  it('tell the action, and only actions we know', () => {
    for (const [event, payload, { action }] of read) {
      expect(action).to.equal(event === 'ping' ? null : payload.action);
      if (action !== null) expect(consumerOf(event)?.actions, event).to.include(action);
    }
  });

  it('give snapshots of state alone, in whole seconds, with all facts about users told apart', () => {
    for (const [event, , { facts, observation }] of read) {
      expect(derive(facts), event).to.deep.equal(facts);
      if (observation?.snapshot === undefined) continue;
      expect(observation.snapshot.at).to.match(TIME);
      expect(observation.snapshot.facts).to.deep.equal(stateOf(facts));
      expect(Object.keys(observation.snapshot.facts).filter((name) => name.startsWith('ticket.'))).to.deep.equal([]);
    }
  });
});

describe('the registry', () => {
  it('files every consumer under its own event', () => {
    for (const [event, consumer] of Object.entries(consumers)) expect(consumer.event).to.equal(event);
  });

  it('lists the actions that Octokit lists, and none besides', () => {
    const known = emitterEventNames.filter((name) => name in consumers || (name.split('.')[0] ?? '') in consumers);
    const ours = Object.values(consumers).flatMap(({ event, actions }) => [
      event,
      ...actions.map((action) => `${event}.${action}`),
    ]);
    expect(ours.sort()).to.deep.equal([...known].sort());
  });

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'push', 'Issues']) {
    it(`knows no consumer of "${name}"`, () => expect(consumerOf(name)).to.equal(undefined));
  }
});
