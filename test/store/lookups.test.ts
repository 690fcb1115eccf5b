// What was looked up: kept with its subject and recorded with its decision; and deliveries that decide nothing.
import { expect } from 'chai';
import type { KeptLookups, LookedUp } from '../../src/facts/looked-up.ts';
import { eachDatabase } from '../support/database.ts';
import { setInstallation } from './outbox-samples.ts';
import { aCommit, aDelivery, anEffect, claimedOne, newRepository, queuedSubjects } from './samples.ts';

const kept: KeptLookups = { reviewed: true, files: { of: 'main c0ffee', paths: ['a.ts'] } };
const looked = (value: string): LookedUp => ({ 'pull_request.closes': { value: [value], source: 'GitHub' } });

eachDatabase('lookups', (database) => {
  beforeEach(() => queuedSubjects(database().store));

  it('are kept with their subject, of which they make a new version, until others are', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    const first = aCommit({ repositoryId });
    const { key } = first.subject;
    const subject = async () => (await store.subjects([key]))[0];
    const commit = (version: number, lookups: KeptLookups | null) => {
      const again = aCommit({ repositoryId, version, learns: false });
      return store.commit({ ...again, subject: { ...again.subject, lookups } });
    };
    await store.commit({ ...first, subject: { ...first.subject, lookups: kept } });
    expect(await subject()).to.deep.include({ version: 1, lookups: kept });
    await commit(1, null);
    expect(await subject()).to.deep.include({ version: 1, lookups: kept });
    await commit(1, {});
    expect(await subject()).to.deep.include({ version: 2, lookups: {} });
    expect(await commit(1, kept)).to.equal('conflict');
    // Who rests on the subject rests on what it is, and not on what was asked about it.
    expect(await queuedSubjects(store)).to.deep.equal([]);
  });

  it('are news of a decision that is otherwise the one before', async () => {
    const { store, query } = database();
    const repositoryId = newRepository();
    const decide = (version: number, lookups: LookedUp) =>
      store.commit(aCommit({ repositoryId, version, learns: version === 0, lookups }));
    const recorded = async () =>
      (await query(`select lookups from c4gt.decisions where subject = '${repositoryId}/1' order by id`)).map(
        (row) => row['lookups'],
      );
    await decide(0, looked('a'));
    await decide(1, looked('a'));
    expect(await recorded()).to.deep.equal([looked('a')]);
    await decide(1, looked('b'));
    await decide(1, {});
    expect(await recorded()).to.deep.equal([looked('a'), looked('b'), {}]);
  });

  it('find the installation of a subject by its repository, known or not, and what has become of it', async () => {
    const { store, query } = database();
    const repositoryId = newRepository();
    const address = `org/repo-${repositoryId}#1`;
    const installed = async () =>
      (await store.subjects([`${repositoryId}/1`, `${repositoryId}/9`, address])).map(
        ({ installation }) => installation,
      );
    expect(await installed()).to.deep.equal([null, null, null]);
    const work = await claimedOne(store);
    const commit = aCommit({ repositoryId, message: work.message, delivery: work.delivery?.id ?? 0, installation: 71 });
    await store.commit(commit);
    const active = { id: 71, state: 'active' };
    expect(await installed()).to.deep.equal([active, active, active]);
    await setInstallation(query, 71, 'suspended');
    expect(await installed()).to.deep.equal(Array(3).fill({ id: 71, state: 'suspended' }));
    expect((await store.subjects([`${repositoryId}/9`]))[0]).to.include({ version: 0, knowledge: null });
  });

  it('survive names that name nothing', async () => {
    const names = ['0/1', 'org/none#1', `org/none#${'9'.repeat(20)}`, '99999999999999999999/1', 'x'];
    const found = await database().store.subjects(names);
    expect(found.map(({ version, installation }) => [version, installation])).to.deep.equal(names.map(() => [0, null]));
  });
});

eachDatabase('a delivery that decides nothing', (database) => {
  it('is kept by what it tells, and leaves no decision; what the last one rests on stays', async () => {
    const { store, query } = database();
    const repositoryId = newRepository();
    const ticket = aCommit();
    await store.commit(ticket);
    const { key, version } = { key: ticket.subject.key, version: 1 };
    await store.commit(aCommit({ repositoryId, consulted: [{ key, version }], effects: [anEffect('a')] }));
    const work = await claimedOne(store, aDelivery());
    const news = { trace: null, reason: 'nothing to decide', consulted: [] };
    const commit = aCommit({
      ...{ repositoryId, version: 1, message: work.message, delivery: work.delivery?.id ?? 0 },
      ...news,
    });
    expect(await store.commit(commit)).to.equal('committed');
    expect(await store.delivery(work.delivery?.guid ?? '')).to.include({
      state: 'processed',
      reason: 'nothing to decide',
    });
    expect(await query(`select from c4gt.decisions where subject = '${repositoryId}/1'`)).to.have.length(1);
    expect((await store.subjects([`${repositoryId}/1`]))[0]).to.have.property('version', 2);
    await queuedSubjects(store);
    await store.commit(aCommit({ repositoryId: ticket.subject.repositoryId, version: 1 }));
    expect(await queuedSubjects(store)).to.deep.equal([`${repositoryId}/1`]);
  });
});

eachDatabase('work that waits, and is not to blame', (database) => {
  it('comes again as new, however often; what has ended meanwhile does not', async () => {
    const { store, query } = database();
    await queuedSubjects(store);
    const commit = aCommit({ effects: [] });
    await store.commit(commit);
    await query(
      `select c4gt.queue_again('${commit.subject.key}', '{"event": "schedule.daily", "occurrence": "today"}', 0)`,
    );
    const [delivered] = await Promise.all([claimedOne(store)]);
    await store.postpone(delivered, 0, 'GitHub is away', 'uncounted');
    for (let round = 0; round < 7; round++) {
      await query("select pgmq.set_vt('inbox', msg_id, 0) from pgmq.q_inbox");
      const work = await store.claim(10, 60);
      expect(work.map(({ attempt, subject, occasion }) => ({ attempt, subject, occasion }))).to.have.deep.members([
        { attempt: 1, subject: null, occasion: null },
        {
          attempt: round === 0 ? 2 : 1,
          subject: commit.subject.key,
          occasion: { event: 'schedule.daily', occurrence: 'today' },
        },
      ]);
      for (const each of work) await store.postpone(each, 0, 'GitHub is away', 'uncounted');
      for (const each of work) await store.postpone(each, 0, 'twice', 'uncounted');
    }
    expect(await store.delivery(delivered.delivery?.guid ?? '')).to.include({ attempts: 0, reason: 'GitHub is away' });
    expect(await query('select from pgmq.q_inbox')).to.have.length(2);
  });
});
