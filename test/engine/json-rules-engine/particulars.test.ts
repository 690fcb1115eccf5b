// What some of json-rules-engine's examples show besides: what is asked for when, chains of rules, reasons, facts in texts.
import { expect } from 'chai';
import fc from 'fast-check';
import { type Almanac, Engine } from 'json-rules-engine';
import type { Facts } from '../../../src/facts/fact.ts';
import { anyTaste, honours, is, likesMules, rule, studentOf, taste, tastes, thrifty } from './examples.ts';
import { rulesIn } from './language.ts';
import { decided, ours, type Results, theirs } from './same-results.ts';

describe('05: what costs much', () => {
  it('is asked for when json-rules-engine asks for it, and only then', async () => {
    const rules = rulesIn('05-optimizing-runtime-with-fact-priorities');
    for (const millis of [1467331199999, 1467331200000]) {
      const { results, asked } = thrifty({ 'account.employed': true, 'clock.millis': millis });
      await results;
      const { needs } = await decided(rules, { 'clock.millis': millis });
      expect(needs).to.deep.equal(asked.map((name) => `account.${name}`));
    }
  });
});

describe('07: rules that go by what others came to', () => {
  /** The first rule leaves a fact for the second, which runs after it. */
  const chained = (facts: Facts) => {
    const leave = (likes: boolean) => (_event: unknown, almanac: Almanac) => almanac.addFact('mules', likes);
    const first = { priority: 10, onSuccess: leave(true), onFailure: leave(false) };
    const invited = { all: [is('mules', 'equal', true), is('sociable', 'equal', true)] };
    return theirs(
      new Engine([
        rule('mule', 'Likes mules', likesMules, first),
        rule('invite', 'Is invited', invited, { priority: 5 }),
      ]),
      tastes(facts),
    );
  };
  const rules = rulesIn('07-rule-chaining');
  const heldBy = (results: Results) => Object.entries(results).map(([name, { held, says }]) => ({ name, held, says }));

  it('hold as documented, the condition of one being named by the other', async () => {
    const washington = await ours(rules, taste(true, true, true));
    expect(heldBy(washington).map(({ held }) => held)).to.deep.equal([true, true]);
    const jefferson = await ours(rules, taste(true, false, true));
    expect(heldBy(jefferson).map(({ held }) => held)).to.deep.equal([false, false]);
  });

  it('come to the same with any facts; what was one fact there is the conditions it stood for here', async () => {
    await fc.assert(
      fc.asyncProperty(anyTaste, async (facts) => {
        const [own, other] = [await ours(rules, facts), await chained(facts)];
        expect(heldBy(own)).to.have.deep.members(heldBy(other));
        expect(own['mule']).to.deep.equal(other['mule']);
        const sociable = facts['guest.sociable'];
        expect(own['invite']?.conditions).to.deep.equal({ all: [own['mule']?.conditions, sociable] });
        expect(other['invite']?.conditions).to.deep.equal({ all: [own['mule']?.held, sociable] });
      }),
    );
  });
});

describe('09: results of conditions', () => {
  it('tell why a rule did not hold, with the values there were, as json-rules-engine tells it', async () => {
    const rules = rulesIn('09-rule-results');
    const why = (fact: string, actual: unknown) =>
      fact.endsWith('athlete') ? 'was not an athlete' : `an average of ${actual} was too low`;
    for (const [athlete, average, reasons] of [
      [false, 3.9, 'was not an athlete'],
      [false, 3.1, 'was not an athlete and an average of 3.1 was too low'],
      [true, 1.1, 'an average of 1.1 was too low'],
    ] as const) {
      const facts = { 'student.athlete': athlete, 'student.average': average };
      const [outcome] = (await decided(rules, facts)).rules;
      const parts = outcome?.conditions !== undefined && 'all' in outcome.conditions ? outcome.conditions.all : [];
      const failed = parts.flatMap((part) => ('fact' in part && !part.result ? [why(part.fact, part.actual)] : []));
      expect(failed.join(' and ')).to.equal(reasons);

      const { failureResults } = await honours().run(studentOf(facts));
      const [seen] = failureResults;
      const conditions = seen !== undefined && 'all' in seen.conditions ? seen.conditions.all : [];
      const theirFailed = conditions.flatMap((part) =>
        'fact' in part && !('result' in part && part.result)
          ? [why(part.fact, 'factResult' in part && part.factResult)]
          : [],
      );
      expect(theirFailed.join(' and ')).to.equal(reasons);
    }
  });
});

describe('11: facts in what a rule says', () => {
  const rules = rulesIn('11-using-facts-in-events');

  const arcade = (facts: Facts) => {
    const record = { score: facts['record.score'], initials: facts['record.initials'] };
    const of = (part: string) => ({ fact: 'record', path: `$.${part}` });
    const conditions = { any: [is('record', 'equal', null), is('score', 'greaterThan', of('score'))] };
    const broken = { type: 'new', params: { initials: { fact: 'initials' }, score: { fact: 'score' } } };
    const kept = { type: 'old', params: { initials: of('initials'), score: of('score') } };
    const engine = new Engine([], { replaceFactsInEventParams: true });
    engine.addRule(rule('new-record', '', conditions, { event: broken }));
    const under = { all: [is('score', 'lessThanInclusive', of('score'))] };
    engine.addRule(rule('old-record', '', under, { event: kept }));
    return theirs(engine, {
      score: facts['round.score'],
      initials: facts['round.initials'],
      record: record.score === null || record.score === undefined ? null : record,
    });
  };

  it('are said as documented, round after round', async () => {
    let record: Facts = {};
    for (const [initials, score, says] of [
      ['DOG', 968, 'DOG 968'],
      ['AAA', 500, 'DOG 968'],
      ['AAA', 1000, 'AAA 1000'],
    ] as const) {
      const facts = { ...record, 'round.initials': initials, 'round.score': score };
      const results = await ours(rules, facts);
      expect(Object.values(results).flatMap((result) => result.says ?? [])).to.deep.equal([says]);
      if (results['new-record']?.held) record = { 'record.initials': initials, 'record.score': score };
    }
  });

  it('are the same with any facts', async () => {
    const round = { 'round.score': fc.integer({ min: 1, max: 5 }), 'round.initials': fc.constantFrom('DOG', 'AAA') };
    const record = { 'record.score': fc.integer({ min: 1, max: 5 }), 'record.initials': fc.constantFrom('BEE', 'ANT') };
    await fc.assert(
      fc.asyncProperty(fc.record({ ...round, ...record }), async (facts) => {
        expect(await ours(rules, facts)).to.deep.equal(await arcade(facts));
      }),
    );
  });

  it('are the same without a record, which json-rules-engine takes for nought where it compares', async () => {
    const facts = { 'round.score': 3, 'round.initials': 'DOG' };
    const [own, other] = [await ours(rules, facts), await arcade(facts)];
    const outcome = ({ held, says }: Results[string]) => ({ held, says });
    for (const name of ['new-record', 'old-record']) {
      const [one, two] = [own[name], other[name]];
      expect(one && outcome(one)).to.deep.equal(two && outcome(two));
    }
    expect(own['new-record']?.conditions).to.deep.equal({ any: [true, false] });
    expect(other['new-record']?.conditions).to.deep.equal({ any: [true, true] });
  });
});
