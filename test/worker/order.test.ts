// Order and duplicates never matter on the real stores either: a sample of the permutations that the fake takes whole.
import { expect } from 'chai';
import fc from 'fast-check';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import { asha, digit, mentor, ravi, sunbird } from '../support/cast.ts';
import { eachDatabase, type TestDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const form = { product: 'Sunbird', skills: 'Node.js', category: 'Backend', mentor: '@mentor-devi' };
const ticket = { title: 'Export', body: ticketBody({ ...form, complexity: 'Low' }), author: mentor };

/** A ticket, the work on it and its review, a pull request in another repository, and a ticket that comes and goes. */
function history(): Told[] {
  const clock = storyClock();
  const issue = issueStory(clock, sunbird, 12, ticket);
  const pull = pullRequestStory(clock, sunbird, 13, { title: 'CSV', body: 'Fixes #12', author: asha });
  const elsewhere = pullRequestStory(clock, digit, 5, {
    title: 'Use it',
    body: 'Closes Sunbird/core#12',
    author: ravi,
  });
  const passing = issueStory(clock, digit, 6, ticket);
  return [
    issue.opened(),
    issue.labeled('C4GT Community'),
    passing.opened(),
    passing.labeled('C4GT Bounty'),
    pull.opened(),
    pull.reviewed(ravi, 'approved'),
    pull.merged(mentor),
    issue.edited({ body: ticketBody({ ...form, complexity: 'High' }) }),
    elsewhere.merged(mentor),
    passing.unlabeled('C4GT Bounty'),
    issue.closed(),
    issue.reopened(),
  ];
}

const expected = {
  standing: { points: { asha: 30, ravi: 60 }, tickets: ['Sunbird/core#12 open 30'] },
  net: ['9001/13 asha 30', '9001/13 ravi 30', '9002/5 ravi 30'],
};

eachDatabase('the order of deliveries', (database) => {
  let rules: RuleSet;
  before(async () => {
    rules = await shippedRules();
  });

  it('changes nothing: the same points, tickets and net ledger, each delivery coming twice', async () => {
    expect(await outcome(database(), rules, history(), 1)).to.deep.equal(expected);
    const doubled = [...history(), ...history()];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(doubled, { minLength: doubled.length }), async (shuffled) => {
        expect(await outcome(database(), rules, shuffled, 2)).to.deep.equal(expected);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('changes nothing when each comes alone, and is worked off before the next', async () => {
    await using programme = await openProgramme(database(), rules);
    programme.start();
    for (const told of history().toReversed()) {
      await programme.receive(told);
      await programme.settled();
    }
    expect(await programme.standing()).to.deep.equal(expected.standing);
  });
});

async function outcome(database: TestDatabase, rules: RuleSet, told: readonly Told[], workers: number) {
  await using programme = await openProgramme(database, rules);
  await programme.play(told, workers);
  const net = new Map<string, number>();
  for (const { subject, login, points } of await programme.ledger()) {
    net.set(`${subject} ${login}`, (net.get(`${subject} ${login}`) ?? 0) + points);
  }
  return {
    standing: await programme.standing(),
    net: [...net].map(([whose, points]) => `${whose} ${points}`).sort(),
  };
}
