// Order, duplicates and delay never matter: the same deliveries come to the same points, list and effects.
import { expect } from 'chai';
import fc from 'fast-check';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { memoryProgramme, type Standing, type Told } from '../../src/rule-tests/memory-programme.ts';
import { asha, digit, mentor, ravi, sunbird } from '../support/cast.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const form = { product: 'Sunbird', complexity: 'High', skills: 'Node.js', category: 'Backend', mentor: '@mentor-devi' };

function issueHistory(stepSeconds = 60): Told[] {
  const body = ticketBody(form);
  const issue = issueStory(storyClock(undefined, stepSeconds), sunbird, 12, { title: 'Export', body, author: mentor });
  return [
    issue.opened(),
    issue.labeled('C4GT Community'),
    issue.unlabeled('C4GT Community'),
    issue.closed(),
    issue.reopened(),
  ];
}

function workHistory(): Told[] {
  const clock = storyClock();
  const issue = issueStory(clock, sunbird, 12, {
    title: 'Export',
    body: ticketBody({ ...form, complexity: 'Low' }),
    author: mentor,
  });
  const fix = { title: 'Export as CSV', body: 'Fixes #12', author: asha };
  const pull = pullRequestStory(clock, sunbird, 13, fix);
  return [
    issue.opened(),
    issue.labeled('C4GT Community'),
    pull.opened(),
    issue.edited({ body: ticketBody(form) }),
    pull.reviewed(ravi, 'changes_requested'),
    pull.synchronized(),
    pull.reviewed(ravi, 'approved'),
    pull.merged(mentor),
    issue.closed(),
  ];
}

async function played(rules: RuleSet, history: readonly Told[]): Promise<Standing> {
  const programme = memoryProgramme(rules);
  for (const told of history) await programme.tell(told);
  return programme.standing();
}

/** Every event twice, in any order. */
const doubledInAnyOrder = <T>(events: readonly T[]) =>
  fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 });

function orders<T>(events: readonly T[]): T[][] {
  if (events.length < 2) return [[...events]];
  return events.flatMap((event, at) => orders(events.toSpliced(at, 1)).map((rest) => [event, ...rest]));
}

describe('convergence', () => {
  let rules: RuleSet;
  before(async () => {
    rules = await shippedRules();
  });

  it("gives any order of an issue's events, each doubled, the same list", async () => {
    const relabelled = [...issueHistory()];
    const expected = await played(rules, relabelled);
    expect(expected).to.deep.equal({ points: {}, tickets: [] });
    await fc.assert(
      fc.asyncProperty(doubledInAnyOrder(relabelled), async (history) => {
        expect(await played(rules, history)).to.deep.equal(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("gives each of the 120 orders of an issue's events, and all of it again, the same list", async () => {
    const clock = storyClock();
    const beginning = { title: 'Export', body: ticketBody(form), author: mentor };
    const issue = issueStory(clock, sunbird, 12, beginning);
    const history = [
      issue.opened(),
      issue.labeled('C4GT Community'),
      issue.unlabeled('help'),
      issue.closed(),
      issue.reopened(),
    ];
    for (const order of orders(history)) {
      expect((await played(rules, [...order, ...order])).tickets).to.deep.equal(['Sunbird/core#12 open 30']);
    }
  });

  it('keeps a ticket that is labelled last, in any order', async () => {
    const clock = storyClock();
    const issue = issueStory(clock, sunbird, 12, { title: 'Export', body: ticketBody(form), author: mentor });
    const history = [
      issue.opened(),
      issue.unlabeled('Bug'),
      issue.labeled('C4GT Community'),
      issue.closed(),
      issue.reopened(),
    ];
    const expected = { points: {}, tickets: ['Sunbird/core#12 open 30'] };
    await fc.assert(
      fc.asyncProperty(doubledInAnyOrder(history), async (shuffled) => {
        expect(await played(rules, shuffled)).to.deep.equal(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('settles events of one and the same second the same way in any order', async () => {
    const history = issueHistory(0);
    const expected = await played(rules, history);
    await fc.assert(
      fc.asyncProperty(doubledInAnyOrder(history), async (shuffled) => {
        expect(await played(rules, shuffled)).to.deep.equal(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("gives a pull request and its ticket the same points in any order, the ticket's late correction included", async () => {
    const expected = { points: { asha: 30, ravi: 30 }, tickets: ['Sunbird/core#12 closed 30'] };
    expect(await played(rules, workHistory())).to.deep.equal(expected);
    await fc.assert(
      fc.asyncProperty(doubledInAnyOrder(workHistory()), async (history) => {
        expect(await played(rules, history)).to.deep.equal(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('finds the ticket in another repository, whichever is heard of first', async () => {
    const clock = storyClock();
    const issue = issueStory(clock, sunbird, 12, {
      title: 'Export',
      body: ticketBody(form),
      author: mentor,
      labels: ['C4GT Bounty'],
    });
    const pull = pullRequestStory(clock, digit, 5, { title: 'x', body: 'Closes sunbird/Core#12', author: asha });
    const history = [issue.opened(), pull.opened(), pull.merged(mentor)];
    await fc.assert(
      fc.asyncProperty(doubledInAnyOrder(history), async (shuffled) => {
        expect((await played(rules, shuffled)).points).to.deep.equal({ asha: 30 });
      }),
      { numRuns: 50 },
    );
  });

  it('earns nothing more by edits, relabels, reopening and pushes, repeated', async () => {
    const clock = storyClock();
    const pull = pullRequestStory(clock, sunbird, 13, {
      title: 'a',
      body: '',
      author: asha,
      labels: ['C4GT Community'],
    });
    const programme = memoryProgramme(rules);
    for (const told of [pull.opened(), pull.merged(mentor)]) await programme.tell(told);
    for (let round = 0; round < 20; round++) {
      await programme.tell(pull.edited({ title: `round ${round}` }));
      await programme.tell(pull.labeled('noise'));
      await programme.tell(pull.unlabeled('C4GT Community'));
      await programme.tell(pull.labeled('C4GT Community'));
      await programme.tell(pull.synchronized());
    }
    expect(programme.standing().points).to.deep.equal({ asha: 10 });
    const net = programme.ledger().reduce((sum, { points }) => sum + points, 0);
    expect(net).to.equal(10);
  });
});
