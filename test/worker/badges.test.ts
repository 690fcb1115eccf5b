// Badges by total points: a rule on contributors follows the points that rules on their work award, whatever the order.
import { expect } from 'chai';
import fc from 'fast-check';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import { rulesOf } from '../engine/rules.ts';
import { asha, mentor, ravi, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme, type Programme } from '../support/programme.ts';

const work = (points = 5) => `
  merged:
    on: pull_request
    while: { pull_request.merged: true, pull_request.labels: { contains: C4GT Community } }
    then: [{ award_points: { to: { fact: pull_request.author }, points: ${points} } }]`;

const star = (from = 10) => `
  star:
    on: contributor
    while: { contributor.points: { greaterThanInclusive: ${from} } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Star } }]`;

/** A badge for who has the other. */
const bright = `
  bright:
    on: contributor
    while: { contributor.badges: { contains: Star } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Bright Star } }]`;

const label = 'C4GT Community';

function pull(number: number, author = asha, clock = storyClock()) {
  return pullRequestStory(clock, sunbird, number, { title: 'x', body: '', author, labels: [label] });
}

const badgesOf = async ({ store }: Programme, login: string): Promise<unknown> =>
  Object((await store.contributor(login)) ?? { badges: 'nobody' }).badges;

eachDatabase('a badge for ten points', (database) => {
  const open = (lines: string) => openProgramme(database(), rulesOf(lines));

  it('comes with the tenth point, and goes with it', async () => {
    await using programme = await open(work() + star());
    const [first, second] = [pull(13), pull(14)];
    await programme.play([first.merged(mentor)]);
    expect(await badgesOf(programme, 'asha')).to.deep.equal([]);
    await programme.play([second.merged(mentor)]);
    expect(await badgesOf(programme, 'asha')).to.deep.equal(['Star']);
    await programme.play([first.unlabeled(label)]);
    expect(await badgesOf(programme, 'asha')).to.deep.equal([]);
    await programme.play([first.labeled(label)]);
    expect(await badgesOf(programme, 'asha')).to.deep.equal(['Star']);
  });

  it('brings what rests on it, and takes it along', async () => {
    await using programme = await open(work(10) + bright + star());
    const only = pull(13);
    await programme.play([only.merged(mentor)]);
    expect(await badgesOf(programme, 'asha')).to.deep.equal(['Star', 'Bright Star']);
    await programme.play([only.unlabeled(label)]);
    expect(await badgesOf(programme, 'asha')).to.deep.equal([]);
  });

  it('is granted and withdrawn by other rules', async () => {
    await using programme = await open(work());
    await programme.play([pull(13).merged(mentor), pull(14).merged(mentor), pull(15, ravi).merged(mentor)]);
    expect(await badgesOf(programme, 'asha')).to.deep.equal([]);
    await programme.exchangeRules(rulesOf(work() + star()));
    expect([await badgesOf(programme, 'asha'), await badgesOf(programme, 'ravi')]).to.deep.equal([['Star'], []]);
    await programme.exchangeRules(rulesOf(work() + star(11)));
    expect(await badgesOf(programme, 'asha')).to.deep.equal([]);
    await programme.exchangeRules(rulesOf(work(11) + star(11)));
    expect([await badgesOf(programme, 'asha'), await badgesOf(programme, 'ravi')]).to.deep.equal([['Star'], ['Star']]);
    await programme.exchangeRules(rulesOf(work(11)));
    expect([await badgesOf(programme, 'asha'), await badgesOf(programme, 'ravi')]).to.deep.equal([[], []]);
  });

  it('that a `when` grants at the event stays, and its own coming is no event', async () => {
    const kept = star().replace('while:', 'when:');
    await using programme = await open(work(10) + kept);
    const only = pull(13);
    await programme.play([only.merged(mentor)]);
    await programme.play([only.unlabeled(label)]);
    expect(await badgesOf(programme, 'asha')).to.deep.equal(['Star']);
    const [effects] = (await programme.store.subjects([`0/${asha.id}`])).map((subject) => subject.effects);
    expect(effects?.map(({ state }) => state)).to.deep.equal(['happened']);
  });

  it('stands in the end as the points do, in any order, each delivery twice, with several workers', async () => {
    const clock = storyClock();
    const pulls = [13, 14, 15].map((number) => pull(number, asha, clock));
    const told: Told[] = pulls.flatMap((each) => [each.opened(), each.merged(mentor)]);
    const [first, second] = pulls;
    if (first === undefined || second === undefined) throw new Error('Pull requests were expected');
    told.push(first.unlabeled(label), second.unlabeled(label), second.labeled(label), pull(16, ravi).merged(mentor));
    const doubled = [...told, ...told];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(doubled, { minLength: doubled.length }), async (shuffled) => {
        await using programme = await open(work() + star() + bright);
        await programme.play(shuffled, 3);
        expect((await programme.standing()).points).to.deep.equal({ asha: 10, ravi: 5 });
        expect(await badgesOf(programme, 'asha')).to.deep.equal(['Star', 'Bright Star']);
        expect(await badgesOf(programme, 'ravi')).to.deep.equal([]);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  it('of a rule that chases itself is granted and withdrawn a while, and then once an hour', async () => {
    const lacking = star().replace(
      'contributor.points: { greaterThanInclusive: 10 }',
      'not: { contributor.badges: { contains: Star } }',
    );
    await using programme = await open(work() + lacking);
    await programme.play([pull(13).merged(mentor)]);
    const count = async (table: string) =>
      (await database().query(`select count(*)::int as count from ${table}`))[0]?.['count'];
    const decisions = await count(`c4gt.decisions where subject = '0/${asha.id}'`);
    expect(decisions).to.be.within(10, 40);
    expect(await count('pgmq.q_inbox')).to.equal(1);
    await programme.play([pull(14).merged(mentor)]);
    expect(await count(`c4gt.decisions where subject = '0/${asha.id}'`), 'points come through').to.be.above(
      Number(decisions),
    );
    expect(await count('pgmq.q_inbox')).to.equal(1);
  });
});
