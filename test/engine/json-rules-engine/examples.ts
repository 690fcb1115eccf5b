// json-rules-engine's numbered examples, most of them: its rules for itself to run, the facts, and what holds there. The
// same rules in our language are in the YAML files of their names.
import fc from 'fast-check';
import { Almanac, Engine, type RuleProperties } from 'json-rules-engine';
import type { Facts } from '../../../src/facts/fact.ts';
import { type Results, theirs } from './same-results.ts';

/** A rule for json-rules-engine. */
export const rule = (
  name: string,
  text: string,
  conditions: RuleProperties['conditions'],
  more = {},
): RuleProperties => ({
  name,
  conditions,
  event: { type: name, params: { text } },
  ...more,
});
export const is = (fact: string, operator: string, value: unknown, more = {}) => ({ fact, operator, value, ...more });

const flag = fc.boolean();
const small = fc.integer({ min: 0, max: 8 });

interface Example {
  readonly name: string;
  /** The same rules in json-rules-engine's words, with what it needs to run them on facts as we have them. */
  readonly run: (facts: Facts) => Promise<Results>;
  /** The facts of the example, and the rules that hold there. */
  readonly cases: readonly (readonly [facts: Facts, held: readonly string[]])[];
  readonly random: fc.Arbitrary<Facts>;
}

/** An account as the examples have them, fetched while the engine runs. */
const fetched = (engine: Engine, facts: Facts) =>
  engine.addFact('account', async (_params, almanac) => {
    await almanac.factValue('accountId');
    return {
      company: facts['account.company'],
      status: facts['account.status'],
      holidays: facts['account.holidays'],
      since: 2026 - Number(facts['account.years']),
    };
  });

const company = fc.constantFrom('microsoft', 'apple');
const status = fc.constantFrom('active', 'paid-leave', 'terminated');

export const likesMules = { all: [is('lime', 'equal', true), is('ginger', 'equal', true)] };
export const tastes = (facts: Facts) => ({
  lime: facts['taste.lime'],
  ginger: facts['taste.ginger'],
  sociable: facts['guest.sociable'],
});
export const taste = (lime: boolean, ginger: boolean, sociable: boolean): Facts => ({
  'taste.lime': lime,
  'taste.ginger': ginger,
  'guest.sociable': sociable,
});
export const anyTaste = fc.tuple(flag, flag, flag).map((flags) => taste(...flags));

export const examples: readonly Example[] = [
  {
    name: '01-hello-world',
    run: (facts) =>
      theirs(new Engine([rule('greet', 'Good morning', { all: [is('wanted', 'equal', true)] })]), {
        wanted: facts['greeting.wanted'],
      }),
    cases: [
      [{ 'greeting.wanted': true }, ['greet']],
      [{ 'greeting.wanted': false }, []],
    ],
    random: fc.record({ 'greeting.wanted': flag }),
  },
  {
    name: '02-nested-boolean-logic',
    run: (facts) => {
      const game = (minutes: number, fouls: number) => ({
        all: [is('minutes', 'equal', minutes), is('fouls', 'greaterThanInclusive', fouls)],
      });
      const fouledOut = rule('fouled-out', 'Off the court', { any: [game(40, 5), game(48, 6)] });
      return theirs(new Engine([fouledOut]), { minutes: facts['game.minutes'], fouls: facts['player.fouls'] });
    },
    cases: [
      [{ 'game.minutes': 40, 'player.fouls': 6 }, ['fouled-out']],
      [{ 'game.minutes': 48, 'player.fouls': 5 }, []],
    ],
    random: fc.record({ 'game.minutes': fc.constantFrom(40, 48, 60), 'player.fouls': small }),
  },
  {
    name: '03-dynamic-facts',
    run: (facts) => {
      const away = rule('away-at-christmas', 'Works at Microsoft and is away at Christmas', {
        all: [
          is('account', 'equal', 'microsoft', { path: '$.company' }),
          is('account', 'in', ['active', 'paid-leave'], { path: '$.status' }),
          is('account', 'contains', '2016-12-25', { path: '$.holidays' }),
        ],
      });
      return theirs(fetched(new Engine([away]), facts), { accountId: 'lincoln' });
    },
    cases: [
      [
        {
          'account.company': 'microsoft',
          'account.status': 'active',
          'account.holidays': ['2016-02-21', '2016-12-25'],
        },
        ['away-at-christmas'],
      ],
      [{ 'account.company': 'apple', 'account.status': 'active', 'account.holidays': ['2016-12-25'] }, []],
    ],
    random: fc.record({
      'account.company': company,
      'account.status': status,
      'account.holidays': fc.subarray(['2016-02-21', '2016-12-25', '2016-12-26']),
    }),
  },
  {
    name: '04-fact-dependency',
    run: (facts) => {
      const left = rule('left-microsoft', 'Left Microsoft', {
        all: [
          is('account', 'equal', 'microsoft', { path: '$.company' }),
          is('account', 'equal', 'terminated', { path: '$.status' }),
        ],
      });
      const years = is('tenure', 'greaterThanInclusive', 5, { params: { unit: 'years' } });
      const engine = fetched(new Engine([left, rule('five-years', 'Five years', { all: [years] })]), facts);
      engine.addFact('tenure', async ({ unit }, almanac) => {
        const { since } = await almanac.factValue<{ since: number }>('account');
        return (2026 - since) * (unit === 'years' ? 1 : 365 * 86_400_000);
      });
      return theirs(engine, { accountId: 'washington' });
    },
    cases: [
      [{ 'account.company': 'microsoft', 'account.status': 'terminated', 'account.years': 4 }, ['left-microsoft']],
      [{ 'account.company': 'apple', 'account.status': 'terminated', 'account.years': 11 }, ['five-years']],
    ],
    random: fc.record({ 'account.company': company, 'account.status': status, 'account.years': small }),
  },
  {
    name: '05-optimizing-runtime-with-fact-priorities',
    run: (facts) => thrifty(facts).results,
    cases: [
      [{ 'account.employed': true, 'clock.millis': 1467331199999 }, ['employee']],
      [{ 'account.employed': true, 'clock.millis': 1467331200000 }, []],
    ],
    random: fc.record({
      'account.employed': flag,
      'clock.millis': fc.constantFrom(1467331199999, 1467331200000),
    }),
  },
  {
    name: '06-custom-operators',
    run: (facts) => {
      const begins = (letter: string) =>
        rule(`begins-with-${letter}`, `Begins with ${letter}`, { all: [is('word', 'beginsWith', letter)] });
      const engine = new Engine([begins('a'), begins('b')]);
      engine.addOperator('beginsWith', (word: string, letter: string) => word[0]?.toLowerCase() === letter);
      return theirs(engine, { word: facts['word.text'] });
    },
    cases: [
      [{ 'word.text': 'bacon' }, ['begins-with-b']],
      [{ 'word.text': 'antelope' }, ['begins-with-a']],
      [{ 'word.text': '' }, []],
    ],
    random: fc.record({
      'word.text': fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'B', 'c', 'ä'), maxLength: 3 }),
    }),
  },
  {
    name: '08-fact-comparison',
    run: (facts) => {
      const price = { fact: 'product', path: '$.price', params: { productId: 'voucher' } };
      const affords = is('account', 'greaterThanInclusive', price, { path: '$.balance', params: { type: 'customer' } });
      const engine = new Engine([rule('can-afford', 'Can afford it', { all: [affords] })]);
      const found = (list: string, key: string) => async (params: Record<string, unknown>, almanac: Almanac) => {
        const all = await almanac.factValue<Record<string, unknown>[]>(list);
        return all.find((each) => each[key] === params[key]);
      };
      engine.addFact('account', found('accounts', 'type'));
      engine.addFact('product', found('products', 'productId'));
      return theirs(engine, {
        accounts: [
          { type: 'customer', balance: facts['purse.balance'] },
          { type: 'partner', balance: 0 },
        ],
        products: [
          { productId: 'widget', price: 45 },
          { productId: 'voucher', price: facts['voucher.price'] },
        ],
      });
    },
    cases: [
      [{ 'purse.balance': 500, 'voucher.price': 50 }, ['can-afford']],
      [{ 'purse.balance': 30, 'voucher.price': 50 }, []],
    ],
    random: fc.record({ 'purse.balance': small, 'voucher.price': small }),
  },
  {
    name: '09-rule-results',
    run: (facts) => theirs(honours(), studentOf(facts)),
    cases: [
      [{ 'student.athlete': false, 'student.average': 3.9 }, []],
      [{ 'student.athlete': true, 'student.average': 3.5 }, ['honours']],
      [{ 'student.athlete': false, 'student.average': 3.1 }, []],
      [{ 'student.athlete': true, 'student.average': 4 }, ['honours']],
      [{ 'student.athlete': true, 'student.average': 1.1 }, []],
    ],
    random: fc.record({ 'student.athlete': flag, 'student.average': fc.constantFrom(1.1, 3.4, 3.5, 3.6, 4) }),
  },
  {
    name: '10-condition-sharing',
    run: (facts) => {
      const sociable = is('sociable', 'equal', true);
      const shared = { condition: 'likes-mules' };
      const engine = new Engine();
      engine.setCondition('likes-mules', likesMules);
      engine.addRule(rule('mule-party', 'Mules for all', { all: [shared, sociable] }));
      engine.addRule(rule('other-party', 'Anything else', { all: [{ not: shared }, sociable] }));
      return theirs(engine, tastes(facts));
    },
    cases: [
      [taste(true, true, true), ['mule-party']],
      [taste(true, false, true), ['other-party']],
      [taste(true, false, false), []],
    ],
    random: anyTaste,
  },
  {
    name: '12-using-custom-almanac',
    run: (facts) => {
      /** Adds one to what is asked for with that wish. */
      class Adding extends Almanac {
        override async factValue<T>(id: string, params: Record<string, unknown> = {}, path = ''): Promise<T> {
          const value = await super.factValue<T>(id, params, path);
          return (params['add'] === 'one' ? Number(value) + 1 : value) as T;
        }
      }
      const age = is('age', 'greaterThanInclusive', 21, { params: { add: 'one' } });
      const engine = new Engine([rule('nearly-of-age', 'Nearly 21', { all: [age] })]);
      return theirs(engine, { age: Number(facts['guest.next_age']) - 1 }, { almanac: new Adding() });
    },
    cases: [
      [{ 'guest.next_age': 20 }, []],
      [{ 'guest.next_age': 22 }, ['nearly-of-age']],
      [{ 'guest.next_age': 21 }, ['nearly-of-age']],
    ],
    random: fc.record({ 'guest.next_age': fc.integer({ min: 18, max: 24 }) }),
  },
  {
    name: '13-using-operator-decorators',
    run: (facts) => {
      const allowed = { fact: 'allowed' };
      const engine = new Engine([
        rule('allowed', 'Allowed', { all: [is('tags', 'everyFact:in', allowed)] }),
        rule('allowed-in-any-case', 'Allowed in any case', {
          all: [is('tags', 'everyFact:someValue:anyCase:equal', allowed)],
        }),
      ]);
      engine.addOperatorDecorator('anyCase', (tag: string, other: string, next) =>
        next(tag.toLowerCase(), other.toLowerCase()),
      );
      return theirs(engine, { tags: facts['build.tags'], allowed: facts['allowed.tags'] });
    },
    cases: [
      [tagged(['dev', 'prod']), ['allowed', 'allowed-in-any-case']],
      [tagged(['dev', 'deleted']), []],
      [tagged(['dev', 'PROD']), ['allowed-in-any-case']],
    ],
    // Every one of no tags is allowed to json-rules-engine; `containsAll` of nothing says nothing.
    random: fc.subarray(['dev', 'prod', 'PROD', 'deleted'], { minLength: 1 }).map(tagged),
  },
];

function tagged(tags: readonly string[]): Facts {
  const allowed = ['dev', 'staging', 'load', 'prod'];
  return { 'build.tags': tags, 'build.labels': tags, 'allowed.tags': allowed, 'allowed.labels': allowed };
}

export function honours(): Engine {
  const conditions = { all: [is('athlete', 'equal', true), is('average', 'greaterThanInclusive', 3.5)] };
  return new Engine([rule('honours', 'Is on the list', conditions)]);
}

export const studentOf = (facts: Facts) => ({ athlete: facts['student.athlete'], average: facts['student.average'] });

/** Runs the fifth example, and notes whether the fact that costs much was asked for. */
export function thrifty(facts: Facts) {
  const conditions = { all: [is('employed', 'equal', true), is('millis', 'lessThan', 1467331200000)] };
  const engine = new Engine([rule('employee', 'Was an employee by then', conditions)]);
  const asked: string[] = [];
  const costly = async () => {
    asked.push('employed');
    return facts['account.employed'];
  };
  engine.addFact('employed', costly, { priority: 1 });
  engine.addFact('millis', () => facts['clock.millis'], { priority: 100 });
  return { results: theirs(engine, {}), asked };
}
