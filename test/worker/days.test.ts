// Rules that look at the time: each day they are asked again, and a rule on the day hears of it once.
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { startDaily } from '../../src/worker/daily.ts';
import { rulesOf } from '../engine/rules.ts';
import { asha, mentor, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';

const rules = rulesOf(`
  fresh:
    on: issues
    while: { issue.state: open, issue.updated_at: { newerThan: 7d } }
    then: [list_ticket: {}]
  faithful:
    on: schedule.daily
    when: { pull_request.state: open, pull_request.created_at: { olderThan: 2d } }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]`);

eachDatabase('a day', (database) => {
  it('withdraws what has grown old, and happens once to each pull request', async () => {
    const began = new Date('2026-01-01T12:00:00Z');
    let now = began;
    await using programme = await openProgramme(database(), rules, { clock: () => now });
    const clock = storyClock(began.toISOString());
    const issue = issueStory(clock, sunbird, 12, { title: 'Export', body: null, author: mentor });
    const pull = pullRequestStory(clock, sunbird, 13, { title: 'CSV', body: '', author: asha });
    await programme.play([issue.opened(), pull.opened()]);
    const standing = async () => {
      const { points, tickets } = await programme.standing();
      return [points['asha'] ?? 0, tickets.length];
    };
    expect(await standing()).to.deep.equal([0, 1]);

    const log = { info: () => undefined, warn: () => undefined };
    const alarms = { at: () => () => undefined, after: () => () => undefined, pause: async () => undefined };
    const options = { store: programme.store, rules: () => rules, onBegun: () => undefined, log, alarms };
    const daily = startDaily({ ...options, clock: () => now });
    const seen: unknown[] = [];
    for (const day of ['02', '03', '04', '05', '08', '09']) {
      now = new Date(`2026-01-${day}T13:00:00Z`);
      for (let twice = 0; twice < 2; twice++) {
        await daily.look();
        await programme.play([], 2);
      }
      seen.push([day, ...(await standing())]);
    }
    await daily.stop();
    expect(seen).to.deep.equal([
      ['02', 0, 1],
      ['03', 1, 1],
      ['04', 2, 1],
      ['05', 3, 1],
      ['08', 4, 0],
      ['09', 5, 0],
    ]);
    const why = (await programme.store.why('Sunbird/core', 12)) ?? [];
    expect(why.map((decision) => Object(decision).event)).to.include('schedule.daily');
  });
});
