// The decision procedure never cries wolf: what it says can never hold is held by no facts at all.
import { expect } from 'chai';
import fc from 'fast-check';
import { factsIn } from '../../../src/engine/condition-facts.ts';
import { evaluate } from '../../../src/engine/evaluate.ts';
import { formulaOf } from '../../../src/engine/lint/formula.ts';
import { patience, refute } from '../../../src/engine/lint/refute.ts';
import type { Rule } from '../../../src/engine/rule.ts';
import { derive } from '../../../src/facts/catalogue.ts';
import type { Facts, FactType, FactValue } from '../../../src/facts/fact.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import { rulesOf } from '../rules.ts';

const facts = new Map(vocabulary.facts.map((entry) => [entry.name, entry]));
const now = '2026-06-10T00:00:00.000Z';

const ALICE = { id: 1, login: 'alice', type: 'User' };
const BOB = { id: 2, login: 'Bob', type: 'Bot' };
/** Kelvin's sign and the dotted İ change in lower case, one into a letter of ASCII, one into two letters. */
const TEXTS = ['', 'a', 'A', 'ab', 'AB', 'ba', 'aba', '\u212a', 'k', 'İ', 'i', 'i\u0307'];
const TIMES = ['2026-06-01T00:00:00Z', '2026-06-01T00:00:00.000Z', '2026-06-05T00:00:00Z', '2026-06-09T12:00:00Z'];
const FIELDS = ['Product Name', 'Complexity', 'Category', 'Mentor(s)', 'Tech Skills Needed'];

/** A few facts of every type, with the values that they take here. */
const VALUES: Readonly<Record<string, readonly FactValue[]>> = {
  'issue.state': ['open', 'closed'],
  'issue.locked': [true, false],
  'issue.comments': [0, 1, 2, 3],
  'issue.number': [1, 2, 3],
  'issue.title': TEXTS,
  'issue.milestone': TEXTS,
  'repository.name': TEXTS,
  'repository.owner': TEXTS,
  'issue.created_at': TIMES,
  'issue.closed_at': TIMES,
  'issue.author': [ALICE, BOB],
  'issue.author.login': ['alice', 'Bob'],
  'issue.labels': [[], ['a'], ['A', 'b'], ['b'], ['a', 'B', 'c'], ['c', 'd']],
  'repository.topics': [[], ['a'], ['k', '\u212a'], ['b', 'c']],
  'ticket.missing_fields': [[], ['Complexity'], ['Category', 'Complexity'], FIELDS],
  'issue.assignees': [[], [ALICE], [BOB], [ALICE, BOB]],
};

const letters = fc.string({ unit: fc.constantFrom('a', 'B', 'k', '\u212a', 'İ', 'i', '\u0307'), maxLength: 4 });
const fewOf = (values: readonly string[]) => fc.array(fc.constantFrom(...values), { maxLength: 5 });

/** Any value of a fact: those above, and others of its type. */
function anyValueOf(name: string): fc.Arbitrary<FactValue> {
  const entry = facts.get(name);
  const pool = fc.constantFrom<FactValue>(null, ...(VALUES[name] ?? []));
  const others: Readonly<Partial<Record<FactType, fc.Arbitrary<FactValue>>>> = {
    string: letters,
    number: fc.integer({ min: -2, max: 6 }),
    time: fc
      .integer({ min: 0, max: 12 * 24 })
      .map((hours) => new Date(Date.parse(now) - hours * 3_600_000).toISOString()),
    strings: fewOf(entry?.values ?? ['a', 'A', 'b', 'c', 'd', 'k', '\u212a', 'e']),
    user: letters.map((login) => ({ id: 3, login })),
    users: fc.subarray([ALICE, BOB, { id: 3, login: 'carol' }, { id: 4, login: 'dan' }]),
  };
  const other = entry?.values !== undefined && entry.type === 'string' ? undefined : others[entry?.type ?? 'boolean'];
  return other === undefined ? pool : fc.oneof(pool, other);
}

/** Facts, among them those that the condition names. */
function factsFor({ condition: its }: Rule): fc.Arbitrary<Facts> {
  const names = factsIn(its).map((name) => (name.startsWith('issue.author') ? 'issue.author' : name));
  const values = Object.fromEntries(names.map((name) => [name, anyValueOf(name)]));
  return fc.record(values, { requiredKeys: [] }).map((some) => derive(some as Facts));
}

const GLOBS = ['*', 'a*', '?', '{a,b}*', 'K', 's?*'];
const PATTERNS = ['^a', '^A', 'b$', 'B', '(?i)K', '.', '^$'];

/** What may stand on the right of an operator, on a fact of this type. */
function operands(name: string, type: FactType): Readonly<Record<string, fc.Arbitrary<unknown>>> {
  const others = Object.keys(VALUES).filter((other) => facts.get(other)?.type === type);
  const other = fc.constantFrom(...others).map((fact) => ({ fact }));
  const values = VALUES[name] ?? [];
  const written = values.flat().map((value) => (typeof value === 'object' && value !== null ? value.login : value));
  const one = fc.constantFrom(...written);
  const distinct = [...new Set(written)];
  const some = fc.oneof(fc.uniqueArray(one, { minLength: 1, maxLength: 3 }), fc.constant(distinct));
  const size = fc.integer({ min: 0, max: 4 });
  const bounds = fc.constantFrom(
    'equal',
    'notEqual',
    'lessThan',
    'lessThanInclusive',
    'greaterThan',
    'greaterThanInclusive',
  );
  const length = fc.oneof(
    size,
    fc.tuple(bounds, size).map(([bound, value]) => ({ [bound]: value })),
  );
  const exists = { exists: fc.boolean() };
  const scalar = { equal: fc.oneof(one, other), notEqual: fc.oneof(one, other), in: some, notIn: some, ...exists };
  switch (type) {
    case 'boolean':
    case 'user':
      return scalar;
    case 'number': {
      const number = fc.oneof(fc.constantFrom(-1, 0, 0.5, 1, 1.5, 2, 3, 4), other);
      const ordered = {
        lessThan: number,
        lessThanInclusive: number,
        greaterThan: number,
        greaterThanInclusive: number,
      };
      return { ...scalar, ...ordered };
    }
    case 'time': {
      const age = fc.constantFrom('1d', '36h', '5d', '10d');
      return { ...scalar, before: fc.oneof(one, other), after: fc.oneof(one, other), olderThan: age, newerThan: age };
    }
    case 'string': {
      if (facts.get(name)?.values !== undefined) return scalar;
      const part = fc.oneof(fc.constantFrom('a', 'b', 'ab', 'A', 'k', 'i', 'i\u0307'), other);
      const parts = { contains: part, doesNotContain: part, startsWith: part, endsWith: part };
      return {
        ...scalar,
        ...parts,
        length,
        matches: fc.constantFrom(...PATTERNS),
        matchesGlob: fc.constantFrom(...GLOBS),
      };
    }
    default:
      return { contains: one, doesNotContain: one, containsAny: some, containsAll: some, length, ...exists };
  }
}

const testOf = (name: string) =>
  fc
    .constantFrom(...Object.entries(operands(name, facts.get(name)?.type ?? 'string')))
    .chain(([operator, operand]) => operand.map((value) => ({ [name]: { [operator]: value } })));

/** Several tests of one fact: what contradicts itself most. */
const crowdOf = (name: string) => {
  const one = testOf(name);
  const maybe = fc.oneof(
    one,
    one.map((inner) => ({ not: inner })),
  );
  return fc.array(maybe, { minLength: 2, maxLength: 4 }).map((all) => ({ all }));
};

const names = fc.constantFrom(...Object.keys(VALUES));

const { condition } = fc.letrec<{ condition: object }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    names.chain(testOf),
    names.chain(crowdOf),
    tie('condition').map((inner) => ({ not: inner })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 4 }).map((all) => ({ all })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
  ),
}));

function ruleThat(written: object): Rule {
  const [rule] = rulesOf(`  one: { on: issues, while: ${JSON.stringify(written)}, then: [{ list_ticket: }] }`).rules;
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

/** Holds what is claimed of a condition against facts; says which claims were made. */
async function check(written: object): Promise<{ never: boolean; always: boolean }> {
  const rule = ruleThat(written);
  const never = refute(formulaOf(rule.condition), facts, patience()) !== null;
  const always = refute(formulaOf(rule.condition, false), facts, patience()) !== null;
  for (const some of never || always ? fc.sample(factsFor(rule), 120) : []) {
    const { outcome } = await evaluate(rule, some, now, () => false);
    expect(outcome, JSON.stringify(some)).to.equal(never ? 'not held' : 'held');
  }
  return { never, always };
}

describe('what conditions can hold', () => {
  for (const name of Object.keys(VALUES)) {
    it(`is never denied of ${name} while a value shows it`, async () => {
      let denied = 0;
      const property = fc.asyncProperty(crowdOf(name), async (written) => {
        if ((await check(written)).never) denied++;
      });
      await fc.assert(property, { numRuns: 200 });
      expect(denied).to.be.above(20);
    });
  }

  it('is never denied, nor granted always, while facts show otherwise', async () => {
    const claims = { never: 0, always: 0 };
    const property = fc.asyncProperty(condition, async (written) => {
      const { never, always } = await check(written);
      claims.never += Number(never);
      claims.always += Number(always);
    });
    await fc.assert(property, { numRuns: 1500 });
    expect(claims.never).to.be.above(20);
    expect(claims.always).to.be.above(2);
  });
});
