// Days begin once, whoever asks, and every issue and pull request is told.
import { expect } from 'chai';
import { eachTransport } from '../support/database.ts';
import { aCommit, anAward, type Kind, newRepository, queuedSubjects, queuedWork } from './samples.ts';

eachTransport('a day', (database) => {
  const repositoryId = newRepository();

  before(async () => {
    const { store } = database();
    for (const [number, kind] of [
      [0, 'repository'],
      [1, 'issue'],
      [2, 'pull_request'],
      [3, 'none'],
    ] as [number, Kind][])
      await store.commit(aCommit({ repositoryId, number, kind }));
    await store.commit(aCommit({ repositoryId, number: 1, version: 1, awards: [anAward('a', 950)] }));
    await queuedSubjects(store);
  });

  const told = (day: string) =>
    [1, 2].map((number) => ({
      subject: `${repositoryId}/${number}`,
      occasion: { event: 'schedule.daily', occurrence: day },
    }));

  it('is told to every issue and pull request, and to nothing else', async () => {
    const { store } = database();
    expect(await store.beginDay('2026-01-31')).to.equal(2);
    expect(await queuedWork(store)).to.deep.equal(told('2026-01-31'));
  });

  it('begins once, also when many ask at the same moment, and is put on record', async () => {
    const { store, query } = database();
    const answers = await Promise.all(Array.from({ length: 10 }, () => store.beginDay('2026-02-01')));
    expect(answers.sort()).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(await queuedWork(store)).to.deep.equal(told('2026-02-01'));
    expect(await query(`select details from c4gt.audit where action = 'day begun' order by id`)).to.deep.equal([
      { details: { day: '2026-01-31', subjects: 2 } },
      { details: { day: '2026-02-01', subjects: 2 } },
    ]);
  });

  it('that was missed is made good by the next, and never begins after it', async () => {
    const { store } = database();
    expect(await store.beginDay('2026-02-09')).to.equal(2);
    expect(await store.beginDay('2026-02-05')).to.equal(0);
    expect(await queuedWork(store)).to.deep.equal(told('2026-02-09'));
  });

  it('far ahead is refused, and stops none before it', async () => {
    const { store } = database();
    for (const wrong of ['9999-01-01', '2026-02-30', 'tomorrow, perhaps']) {
      const failure = await store.beginDay(wrong).catch((error: unknown) => error);
      expect(failure, wrong).to.be.instanceOf(Error);
    }
    expect(await store.beginDay('2026-02-10')).to.equal(2);
    await queuedSubjects(store);
  });
});
