// One award however often its reason is delivered: at once, under new GUIDs, to several workers.
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { type StoryClock, storyClock } from '../../src/commands/scene.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import { rulesOf } from '../engine/rules.ts';
import { asha, mentor, ravi, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { delivered, openProgramme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const labels = ['C4GT Community'];
const work = { title: 'Export as CSV', body: '', labels };

const pull = (number: number, author = asha, clock: StoryClock = storyClock()) =>
  pullRequestStory(clock, sunbird, number, { ...work, author });

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

const thanks = (oncePer: string) =>
  rulesOf(`  thanks:
    on: pull_request.closed
    when: { pull_request.merged: true }
    once_per: ${oncePer}
    then: [{ award_points: { to: { fact: pull_request.author }, points: 5 } }]`);

eachDatabase('a delivery that comes many times', (database) => {
  it('awards once under 50 GUIDs and 50 copies of one GUID, worked off by two workers', async () => {
    await using programme = await openProgramme(database(), await shippedRules());
    const merged = pull(13).merged(mentor);
    const copy = delivered(merged);
    programme.start();
    programme.start();
    await Promise.all([
      ...times(50, merged).map((told) => programme.receive(told)),
      ...times(25, copy).map((delivery) => programme.store.receive([delivery])),
      programme.store.receive(times(25, copy)),
    ]);
    await programme.settled();
    expect(await programme.store.counts()).to.include({ received: 51, processed: 51 });
    expect((await programme.ledger()).map(({ login, points }) => [login, points])).to.deep.equal([['asha', 10]]);
  });

  it('happens once per body where a rule is once per delivery', async () => {
    await using programme = await openProgramme(database(), thanks('delivery'));
    const story = pull(13);
    const [once, again] = [story.merged(mentor), story.merged(mentor)];
    await programme.play([...times(25, once), ...times(25, again)], 2);
    expect((await programme.ledger()).map(({ points }) => points)).to.deep.equal([5, 5]);
  });

  it('happens once per pull request where a rule is once per subject', async () => {
    await using programme = await openProgramme(database(), thanks('subject'));
    const [one, other] = [pull(13), pull(14)];
    const history = times(10, 0).flatMap(() => [one.merged(mentor), other.merged(mentor)]);
    await programme.play([...history, ...history], 2);
    expect((await programme.ledger()).map(({ subject }) => subject).sort()).to.deep.equal(['9001/13', '9001/14']);
  });

  it('happens once per person where a rule is once per contributor, though many subjects tell of it at once', async () => {
    await using programme = await openProgramme(database(), thanks('contributor'));
    const of = (author: typeof asha, from: number): Told[] =>
      times(12, 0).map((_, index) => pull(from + index, author).merged(mentor));
    await programme.play([...of(asha, 100), ...of(ravi, 200), ...of(asha, 100)], 2);
    expect((await programme.ledger()).map(({ login, points }) => `${login} ${points}`).sort()).to.deep.equal([
      'asha 5',
      'ravi 5',
    ]);
    expect(await programme.store.counts()).to.include({ processed: 36, dead: 0 });
  });

  it('still happens for whom it did not, where one of two people had it already', async () => {
    const rules = rulesOf(`  welcome:
    on: issues.assigned
    when: { issue.state: open }
    once_per: contributor
    then: [{ award_points: { to: { fact: issue.assignees }, points: 3 } }]`);
    await using programme = await openProgramme(database(), rules);
    const issue = (number: number) =>
      issueStory(storyClock(), sunbird, number, { title: 'x', body: null, author: mentor });
    await programme.play([issue(1).assigned(asha)]);
    const second = issue(2);
    await programme.play([second.assigned(asha), second.assigned(ravi)], 2);
    expect((await programme.standing()).points).to.deep.equal({ asha: 3, ravi: 3 });
  });
});
