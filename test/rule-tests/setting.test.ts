// Every fact that a test can set reads back as it was set, on every event that offers it.
import { expect } from 'chai';
import { consumers } from '../../src/consumers/registry.ts';
import { factsOf } from '../../src/facts/catalogue.ts';
import type { FactEntry, FactType } from '../../src/facts/fact.ts';
import { isSettable } from '../../src/rule-tests/tests-schema.ts';
import type { Written } from '../../src/rule-tests/written-test.ts';
import { problemsOf } from './testing.ts';

const VALUES: Readonly<Record<FactType, Written>> = {
  string: 'main',
  number: 7,
  boolean: true,
  time: '2024-05-01T10:00:00Z',
  user: 'asha',
  strings: ['one', 'two'],
  users: ['asha', 'ravi'],
};

function valueFor({ type, values, example, name }: FactEntry): Written {
  if (type === 'users' || type === 'user') return VALUES[type];
  if (values !== undefined) return values[0] ?? null;
  if (name.endsWith('.id')) return 12;
  return (example as Written | undefined) ?? VALUES[type];
}

describe('a test can set', () => {
  for (const event of Object.keys(consumers).filter((name) => name !== 'ping')) {
    for (const entry of factsOf(event).filter(isSettable)) {
      it(`${entry.name} on ${event}`, () => {
        const set = { [entry.name]: valueFor(entry) };
        expect(problemsOf([{ [event]: { set } }])).to.deep.equal([]);
      });
    }
  }
});
