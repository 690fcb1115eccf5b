// A rule with a limit: what goes over waits, however many workers there are, and comes when there is room.
import { expect } from 'chai';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { rulesOf } from '../engine/rules.ts';
import { asha, mentor, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme, type Programme } from '../support/programme.ts';

const award = (clause: 'while' | 'when', limits: string) =>
  rulesOf(`  merged:
    on: pull_request
    ${clause}: { pull_request.merged: true, pull_request.labels: { contains: C4GT } }
    limits: ${limits}
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]`);

const pull = (number: number) =>
  pullRequestStory(storyClock(), sunbird, number, { title: 'x', body: '', author: asha, labels: ['C4GT'] });

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

eachDatabase('a rule with a limit', (database) => {
  /** Makes it so much later: what came is that much older, and what waits is due. */
  const later = (hours: number) =>
    database().query(`update c4gt.arrivals set at = at - interval '${hours} hours';
      update pgmq.q_inbox set vt = clock_timestamp()`);
  const points = async (programme: Programme) => (await programme.standing()).points['asha'] ?? 0;
  const parked = async (programme: Programme) => (await programme.store.counts()).effects.parked;

  it('does no more than it may, with several workers at once, and the rest when there is room', async () => {
    await using programme = await openProgramme(database(), award('while', '{ per_hour: 5, per_day: 12 }'));
    await programme.play(
      numbers(1, 16).map((number) => pull(number).merged(mentor)),
      3,
    );
    expect([await points(programme), await parked(programme)]).to.deep.equal([5, 11]);
    expect((await programme.store.counts()).subjects, 'nothing is due').to.deep.equal({ pending: 0, dead: 0 });
    await later(1);
    await programme.play([], 3);
    expect([await points(programme), await parked(programme)]).to.deep.equal([10, 6]);
    await later(1);
    await programme.play([], 3);
    expect([await points(programme), await parked(programme)], 'the day is full').to.deep.equal([12, 4]);
    await later(22);
    await programme.play([], 3);
    expect([await points(programme), await parked(programme)], 'the first of the day leave').to.deep.equal([16, 0]);
    expect(await database().query('select from pgmq.q_inbox')).to.deep.equal([]);
  });

  it('forgets what is no longer wanted when there is room for it', async () => {
    await using programme = await openProgramme(database(), award('while', '{ per_hour: 1 }'));
    const [first, second] = [pull(1), pull(2)];
    await programme.play([first.merged(mentor)]);
    await programme.play([second.merged(mentor)]);
    await programme.play([second.unlabeled('C4GT')]);
    expect(await parked(programme)).to.equal(0);
    await later(1);
    await programme.play([]);
    expect(await points(programme)).to.equal(1);
    expect(await programme.ledger()).to.have.length(1);
  });

  it('makes good what was to happen once there is room, whatever became of it since', async () => {
    await using programme = await openProgramme(database(), award('when', '{ per_hour: 1 }'));
    const second = pull(2);
    await programme.play([pull(1).merged(mentor)]);
    await programme.play([second.merged(mentor)]);
    await programme.play([second.unlabeled('C4GT')]);
    expect([await points(programme), await parked(programme)]).to.deep.equal([1, 1]);
    await later(1);
    await programme.play([]);
    expect([await points(programme), await parked(programme)]).to.deep.equal([2, 0]);
  });

  it('lets everything through once other rules have no limit', async () => {
    await using programme = await openProgramme(database(), award('while', '{ per_hour: 1 }'));
    await programme.play(numbers(1, 4).map((number) => pull(number).merged(mentor)));
    expect([await points(programme), await parked(programme)]).to.deep.equal([1, 3]);
    await programme.exchangeRules(award('while', '{ per_hour: 100 }'));
    expect([await points(programme), await parked(programme)]).to.deep.equal([4, 0]);
  });
});
