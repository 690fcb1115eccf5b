// Every kind of rule at once, the shipped ones among them: however deliveries, days and workers interleave, and whether in
// memory or in the database, the same stands in the end.
import { expect } from 'chai';
import fc from 'fast-check';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { memoryProgramme, type Told } from '../../src/rule-tests/memory-programme.ts';
import { readRuleFiles } from '../../src/rules-directory.ts';
import type { StoredEffect } from '../../src/store/store.ts';
import { load, said } from '../engine/rules.ts';
import { asha, meera, mentor, ravi, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme, type Programme } from '../support/programme.ts';
import { rulesDirectory } from '../support/shipped-rules.ts';

/** What the shipped rules have none of: limits, days, shadows, badges for badges, and what happens once. */
const more = `version: 1
program: more
rules:
  rationed:
    on: pull_request
    while: { pull_request.merged: true }
    limits: { per_hour: 2 }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 3 } }]
  old-work:
    on: schedule.daily
    when: { pull_request.merged: true, pull_request.merged_at: { olderThan: 1d } }
    once_per: subject
    then: [{ award_points: { to: { fact: pull_request.author }, points: 2 } }]
  old-ticket:
    on: issues
    while: { issue.created_at: { olderThan: 1d }, issue.state: closed }
    then: [{ add_labels: { labels: [old] } }]
  welcome:
    on: pull_request.closed
    when: { pull_request.merged: true }
    once_per: contributor
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]
  told:
    on: pull_request.closed
    when: { pull_request.merged: true }
    then: [{ notify_discord: { channel: work, message: "Merged {{ pull_request.number }}" } }]
  crown:
    on: contributor
    while: { contributor.badges: { contains: Rising Star }, contributor.points: { greaterThan: 60 } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Crown } }]
  shadowed:
    on: pull_request
    mode: shadow
    while: { pull_request.merged: true }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1000 } }]
`;

const form = { product: 'Sunbird', skills: 'Node.js', category: 'Backend', mentor: '@mentor-devi' };

function history(): Told[] {
  const clock = storyClock();
  const issue = issueStory(clock, sunbird, 12, {
    title: 'Export',
    body: ticketBody({ ...form, complexity: 'Low' }),
    author: mentor,
  });
  const labelled = { body: '', labels: ['C4GT Community'] };
  const [first, second, third, fourth] = [
    pullRequestStory(clock, sunbird, 13, { title: 'Export as CSV', body: 'Fixes #12', author: asha }),
    pullRequestStory(clock, sunbird, 14, { title: 'Export as PDF', body: 'Fixes #12', author: asha }),
    pullRequestStory(clock, sunbird, 15, { title: 'Import', ...labelled, author: meera }),
    pullRequestStory(clock, sunbird, 16, { title: 'Help', ...labelled, author: meera }),
  ];
  return [
    issue.opened(),
    issue.labeled('C4GT Community'),
    first.opened(),
    first.reviewed(ravi, 'approved'),
    first.merged(mentor),
    second.opened(),
    issue.edited({ body: ticketBody({ ...form, complexity: 'High' }) }),
    second.merged(mentor),
    third.opened(),
    third.merged(mentor),
    third.unlabeled('C4GT Community'),
    fourth.merged(meera),
    issue.closed(),
  ];
}

interface End {
  readonly points: Readonly<Record<string, number>>;
  readonly tickets: readonly string[];
  readonly badges: Readonly<Record<string, readonly string[]>>;
  /** What stands or happened: the keys, on which subject. */
  readonly effects: readonly string[];
}

/** Where it happens and how often is the same; on which of somebody's pull requests something comes once ever, is not. */
function shown(subject: string, { key, state }: StoredEffect): string[] {
  if (state === 'withdrawn') return [];
  return [key.startsWith('more/welcome') ? `${state} ${key}` : `${subject} ${state} ${key}`];
}

const people = [asha, ravi, meera, mentor];
const subjects = [12, 13, 14, 15, 16].map((number) => `${sunbird.id}/${number}`);
const keys = [...subjects, ...people.map(({ id }) => `0/${id}`)];

/** A history in some order, each delivery twice, cut in pieces between which time passes. */
const interleavings = fc.record({
  told: fc.shuffledSubarray([...history(), ...history()], { minLength: history().length * 2 }),
  pieces: fc.array(fc.nat({ max: history().length * 2 }), { maxLength: 3 }),
});

function inPieces(told: readonly Told[], cuts: readonly number[]): Told[][] {
  const ends = [...cuts, told.length].sort((a, b) => a - b);
  return ends.map((end, at) => told.slice(ends[at - 1] ?? 0, end));
}

async function inMemory(rules: RuleSet, pieces: readonly (readonly Told[])[]): Promise<End> {
  let hours = 0;
  const programme = memoryProgramme(rules, {
    clock: () => new Date(Date.parse('2026-08-01T00:00:00Z') + hours * 3_600_000),
  });
  for (const piece of pieces) {
    for (const told of piece) await programme.tell(told);
    hours += 2;
    await programme.dayComes();
  }
  for (let round = 0; round < 5; round++) {
    hours += 2;
    await programme.dayComes();
  }
  const { points, tickets } = programme.standing();
  const numbers = new Map(people.map(({ id, login }) => [login, `0/${id}`]));
  return {
    points,
    tickets,
    badges: Object.fromEntries(programme.contributors().map(({ login, badges }) => [login, [...badges].sort()])),
    effects: programme
      .effects()
      .flatMap((effect) =>
        shown(numbers.get(effect.subject) ?? effect.subject.replace('Sunbird/core#', `${sunbird.id}/`), effect),
      )
      .sort(),
  };
}

async function inStore(
  programme: Programme,
  pieces: readonly (readonly Told[])[],
  later: (round: number) => Promise<void>,
): Promise<End> {
  let round = 0;
  for (const piece of pieces) {
    await programme.play(piece, 2);
    await later(round++);
  }
  for (let more = 0; more < 5; more++) {
    await later(round++);
    await programme.play([], 2);
  }
  const { points, tickets } = await programme.standing();
  const found = await programme.store.subjects(keys);
  return {
    points,
    tickets,
    badges: Object.fromEntries(
      found.flatMap(({ contributor }) =>
        contributor === null ? [] : [[contributor.login, [...contributor.badges].sort()]],
      ),
    ),
    effects: found.flatMap(({ key, effects }) => effects.flatMap((effect) => shown(key, effect))).sort(),
  };
}

describe('every kind of rule at once', () => {
  let rules: RuleSet;
  let expected: End;
  before(async () => {
    const loaded = load([...(await readRuleFiles(rulesDirectory)), { path: 'more.yaml', text: more }]);
    if (loaded.rules === null) throw new Error(loaded.problems.map(said).join('\n'));
    rules = loaded.rules;
    expected = await inMemory(rules, [history()]);
  });

  it('comes to what the history says', () => {
    expect({ ...expected, effects: expected.effects.filter((effect) => effect.includes('/12 ')).length }).to.deep.equal(
      {
        // 30 for the ticket, 3 rationed and 2 for age, twice; 1 for the first ever.
        points: { asha: 71, meera: 11, ravi: 30 },
        tickets: ['Sunbird/core#12 closed 30'],
        badges: { asha: ['Crown', 'Enthusiast', 'Rising Star'], meera: ['Enthusiast'], ravi: ['Enthusiast'] },
        effects: 2,
      },
    );
    expect(expected.effects.filter((effect) => /parked|shadowed/.test(effect))).to.deep.equal([]);
  });

  it('comes to the same in memory, in any order', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(interleavings, async ({ told, pieces }) => {
        expect(await inMemory(rules, inPieces(told, pieces))).to.deep.equal(expected);
      }),
      { numRuns: 40 },
    );
  });

  eachDatabase('with two workers', (database) => {
    it('comes to the same, in any order', async function () {
      this.timeout(120_000);
      await fc.assert(
        fc.asyncProperty(interleavings, async ({ told, pieces }) => {
          await using programme = await openProgramme(database(), rules);
          const later = async (round: number) => {
            await database().query(`update c4gt.arrivals set at = at - interval '2 hours';
              update pgmq.q_inbox set vt = clock_timestamp()`);
            const day = new Date(Date.parse('2026-07-01T00:00:00Z') + round * 86_400_000);
            await programme.store.beginDay(day.toISOString().slice(0, 10));
          };
          expect(await inStore(programme, inPieces(told, pieces), later)).to.deep.equal(expected);
        }),
        { numRuns: 8, endOnFailure: true },
      );
    });
  });
});
