// Rule files as somebody might write them: mostly right, now and then with a slip, and sometimes with several.
import fc from 'fast-check';
import { eventNames } from '../../src/engine/language.ts';
import { operators } from '../../src/engine/operators.ts';
import type { FactEntry, FactType } from '../../src/facts/fact.ts';
import { vocabulary } from '../../src/vocabulary.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What somebody meant, and at times something else. */
const slipping = (meant: fc.Arbitrary<Json>, slips: number): fc.Arbitrary<Json> =>
  slips === 0 ? meant : fc.oneof({ weight: 100 - slips, arbitrary: meant }, { weight: slips, arbitrary: slip });

const slip: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>('octocat', 'opne', '', 7, 1.5, true, null, [], {}, ['a', 1], { fact: 'issue.numbr' }),
  fc.constantFrom(...vocabulary.facts).map(({ name }): Json => ({ fact: name })),
  fc.constantFrom(...operators.keys()).map((name): Json => ({ [name]: 'x' })),
);

function valueFor({ type, values }: Pick<FactEntry, 'type' | 'values'>): fc.Arbitrary<Json> {
  if (values !== undefined) return fc.constantFrom<Json>(...values);
  const written: Readonly<Record<FactType, fc.Arbitrary<Json>>> = {
    string: fc.constantFrom('C4GT Community', 'a: b', '- x', '# no comment', 'on', '42', 'Ünïcode', '{ x }'),
    number: fc.integer({ min: -5, max: 5000 }),
    boolean: fc.boolean(),
    time: fc.constantFrom('2026-01-31T12:00:00Z', '2024-05-01T10:00:00+05:30'),
    user: fc.constantFrom('octocat', 'ada'),
    strings: fc.constantFrom('C4GT Community', 'Node.js', 'C#'),
    users: fc.constantFrom('octocat', 'ada'),
  };
  return written[type];
}

function testOf(entry: FactEntry, facts: readonly FactEntry[]): fc.Arbitrary<Json> {
  const one = valueFor(entry);
  const many = fc.uniqueArray(one, { minLength: 1, maxLength: 3 });
  const others = facts.filter(({ type }) => type === entry.type);
  const another = fc.constantFrom(...others).map(({ name }): Json => ({ fact: name }));
  const own = [...operators.values()].filter(({ types }) => types.includes(entry.type));
  const operated = fc.constantFrom(...own).chain(({ name, operand }): fc.Arbitrary<Json> => {
    const value = {
      same: fc.oneof(one, another),
      element: one,
      list: many,
      elements: many,
      pattern: fc.constantFrom<Json>('^fix', '[a-z]+: ', '#\\d+'),
      glob: fc.constantFrom<Json>('release/*', '*.ts'),
      boolean: fc.boolean(),
      duration: fc.constantFrom<Json>('7d', '12h', '2w'),
      'number or comparison': fc.constantFrom<Json>(0, 3, { greaterThan: 0 }, { lessThanInclusive: 2, notEqual: 1 }),
    }[operand];
    return value.map((compared): Json => ({ [name]: compared }));
  });
  return entry.type === 'strings' || entry.type === 'users' ? operated : fc.oneof(one, many, another, operated);
}

function conditionOf(facts: readonly FactEntry[], slips: number): fc.Arbitrary<Json> {
  const { condition } = fc.letrec<{ condition: Json; leaf: Json }>((tie) => ({
    leaf: fc
      .uniqueArray(fc.constantFrom(...facts), { minLength: 1, maxLength: 3 })
      .chain((chosen) =>
        fc.tuple(
          ...chosen.map((entry) =>
            slipping(testOf(entry, facts), slips).map((test): [string, Json] => [entry.name, test]),
          ),
        ),
      )
      .map((tests): Json => Object.fromEntries(tests)),
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie('leaf'),
      fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all): Json => ({ all })),
      fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any): Json => ({ any })),
      tie('condition').map((not): Json => ({ not })),
    ),
  }));
  return condition;
}

const text = fc.constantFrom<Json>(
  'Thanks',
  'A long line. '.repeat(12).trim(),
  'one\ntwo\n',
  ' spaced ',
  '# not one',
  'No: 1',
);

function actionOf(facts: readonly FactEntry[], slips: number): fc.Arbitrary<Json> {
  const people = facts.filter(({ type }) => type === 'user' || type === 'users');
  const points = fc.oneof(
    fc.integer({ min: 1, max: 1000 }),
    fc.constant<Json>({ table: 'sizes', key: 'Low', default: 3 }),
  );
  const award = fc
    .record(
      {
        to: slipping(
          fc.constantFrom(...people).map(({ name }): Json => ({ fact: name })),
          slips,
        ),
        points: slipping(points, slips),
        reason: slipping(text, slips),
      },
      { requiredKeys: ['to', 'points'] },
    )
    .map((award_points): Json => ({ award_points }));
  return people.length === 0 ? points.map((p): Json => ({ list_ticket: { points: p } })) : award;
}

const SUBJECTS = vocabulary.events.filter(({ subject }) => subject === 'issue' || subject === 'pull_request');

function ruleOf(slips: number): fc.Arbitrary<Json> {
  return fc.tuple(fc.constantFrom(...SUBJECTS), fc.boolean()).chain(([event, stands]) => {
    const offered = vocabulary.facts.filter(({ events }) => events.includes(event.event));
    const facts = stands ? offered.filter(({ scope }) => scope === 'state') : offered;
    const named = fc.constantFrom<Json>(...eventNames(event));
    const clause = stands ? 'while' : 'when';
    return fc.record<Record<string, Json>>(
      {
        // biome-ignore lint/suspicious/noThenProperty: `then` is a key of the rule language, not a thenable
        then: slipping(fc.array(actionOf(facts, slips), { minLength: 1, maxLength: 2 }), slips),
        [clause]: slipping(conditionOf(facts, slips), slips),
        on: slipping(fc.oneof(named, fc.uniqueArray(named, { minLength: 1, maxLength: 2 })), slips),
        description: slipping(text, slips),
        enabled: slipping(fc.boolean(), slips),
        mode: slipping(fc.constantFrom('live', 'shadow'), slips),
        limits: slipping(fc.constantFrom<Json>({ per_day: 10 }, { per_hour: 2, per_day: 10 }), slips),
        ...(stands && slips === 0 ? {} : { once_per: fc.constantFrom<Json>('delivery', 'subject', 'contributor') }),
      },
      { requiredKeys: ['then', clause, 'on'] },
    );
  });
}

const name = fc.constantFrom('a', 'list-ticket', 'r2', 'thanks', 'merged-work');

/** @param slips how many of a hundred values are not what they should be */
export function ruleFileOf(slips: number): fc.Arbitrary<Record<string, Json>> {
  return fc.record<Record<string, Json>>(
    {
      rules: fc.dictionary(name, ruleOf(slips), { minKeys: 1, maxKeys: 3 }),
      tables: fc.constant({ sizes: { Low: 10, High: 30 } }),
      program: slipping(fc.constantFrom('demo', 'c4gt-community'), slips),
      version: fc.constant(1),
      repositories: fc.constantFrom<Json>(['Code4GovTech/*'], ['a/b', 'c/*']),
    },
    { requiredKeys: ['rules', 'tables', 'program', 'version'] },
  ) as fc.Arbitrary<Record<string, Json>>;
}
