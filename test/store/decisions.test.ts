// Committing decisions: everything they change, or nothing.
import { expect } from 'chai';
import { type Commit, StoreUnavailable } from '../../src/store/store.ts';
import { eachTransport } from '../support/database.ts';
import {
  aCommit,
  anAward,
  anEffect,
  aTicket,
  claimedOne,
  knowledgeOf,
  newRepository,
  queuedSubjects,
} from './samples.ts';

/** Everything that could have changed, as one text. */
const EVERYTHING = `select md5(string_agg(line, '|' order by line)) as digest from (
  ${['deliveries', 'subjects', 'dependencies', 'decisions', 'effects', 'contributors', 'ledger', 'tickets', 'audit']
    .map((table) => `select t::text as line from c4gt.${table} as t`)
    .join(' union all ')}
  union all select q.msg_id::text from pgmq.q_inbox as q) as lines`;

eachTransport('decisions', (database) => {
  it('are committed with everything they change, and the acknowledgement', async () => {
    const { store, query } = database();
    const work = await claimedOne(store);
    const commit = aCommit({
      message: work.message,
      delivery: work.delivery?.id ?? null,
      trace: [{ id: 'merged', outcome: 'holds' }],
      effects: [anEffect('award/1'), anEffect('comment', 'happened')],
      awards: [anAward('award/1', 501)],
      listed: [aTicket()],
    });
    expect(await store.commit(commit)).to.equal('committed');

    const { key, repository } = commit.subject;
    expect(await store.subjects(['9/9', key, `${repository.toUpperCase()}#1`, 'org/none#1'])).to.deep.equal([
      { key: '9/9', version: 0, knowledge: null, effects: [], contributor: null, lookups: null, installation: null },
      {
        key,
        version: 1,
        knowledge: commit.subject.knowledge,
        effects: commit.effects,
        contributor: null,
        lookups: null,
        installation: null,
      },
      {
        key: `${repository.toUpperCase()}#1`,
        version: 1,
        knowledge: commit.subject.knowledge,
        effects: commit.effects,
        contributor: null,
        lookups: null,
        installation: null,
      },
      {
        key: 'org/none#1',
        version: 0,
        knowledge: null,
        effects: [],
        contributor: null,
        lookups: null,
        installation: null,
      },
    ]);
    expect(await store.delivery(work.delivery?.guid ?? '')).to.include({ state: 'processed', reason: null });
    expect(await query(`select from pgmq.q_inbox where msg_id = ${work.message}`)).to.have.length(0);
    expect((await store.why(repository, 1))?.[0]).to.deep.include({
      delivery: work.delivery?.guid,
      event: 'issues.opened',
      rules_version: 'rules-1',
      rules: commit.trace,
    });
  });

  const violations: [string, Partial<Commit>, RegExp][] = [
    ['award no points', { awards: [anAward('a', 511, 0)] }, /ledger_points_check/],
    ['award more than 1000 points', { awards: [anAward('a', 512, 1_001)] }, /ledger_points_check/],
    ['award less than -1000 points', { awards: [anAward('a', 513, -1_001)] }, /ledger_points_check/],
    ['award an effect twice', { awards: [anAward('a', 514), anAward('a', 514)] }, /stands already/],
    ['set an effect twice', { effects: [anEffect('a'), anEffect('a')] }, /a second time/],
    ['list a ticket twice', { listed: [aTicket(), aTicket()] }, /tickets_pkey|a second time/],
    ['carry NUL', { trace: 'a\0b' }, /Unicode escape/],
  ];
  for (const [what, parts, message] of violations) {
    it(`change nothing when they ${what}`, async () => {
      const { store, query } = database();
      const work = await claimedOne(store);
      const before = await query(EVERYTHING);
      const commit = aCommit({
        message: work.message,
        delivery: work.delivery?.id ?? null,
        effects: [anEffect('b')],
        awards: [anAward('b', 510)],
        listed: [aTicket({ effect: 'other' })],
        ...parts,
      });
      const failure = await store.commit(commit).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(Error).with.property('message').that.matches(message);
      expect(failure).not.to.be.instanceOf(StoreUnavailable);
      expect(await query(EVERYTHING)).to.deep.equal(before);
    });
  }

  it('are refused when their subject has changed since it was read', async () => {
    const { store, query } = database();
    const repositoryId = newRepository();
    expect(await store.commit(aCommit({ repositoryId }))).to.equal('committed');
    const before = await query(EVERYTHING);
    expect(await store.commit(aCommit({ repositoryId, awards: [anAward('a', 520)] }))).to.equal('conflict');
    expect(await store.commit(aCommit({ repositoryId, version: 2 }))).to.equal('conflict');
    expect(await query(EVERYTHING)).to.deep.equal(before);
    expect(await store.commit(aCommit({ repositoryId, version: 1 }))).to.equal('committed');
  });

  it('are refused when what they rest on has changed, or appeared, by key or by address', async () => {
    const { store } = database();
    const [repositoryId, other] = [newRepository(), newRepository()];
    const resting = (key: string, version: number) =>
      aCommit({ repositoryId, consulted: [{ key, version }], learns: false });
    expect(await store.commit(resting(`${other}/1`, 1))).to.equal('conflict');
    await store.commit(aCommit({ repositoryId: other }));
    expect(await store.commit(resting(`${other}/1`, 0))).to.equal('conflict');
    expect(await store.commit(resting(`org/repo-${other}#1`, 0))).to.equal('conflict');
    expect(await store.commit(resting(`${other}/1`, 1))).to.equal('committed');
    expect(await store.commit(resting(`ORG/Repo-${other}#1`, 1))).to.equal('committed');
  });

  it('that change nothing leave an unknown subject unknown, and acknowledge', async () => {
    const { store } = database();
    const work = await claimedOne(store);
    const commit = aCommit({ message: work.message, delivery: work.delivery?.id ?? null, learns: false });
    expect(await store.commit(commit)).to.equal('committed');
    expect((await store.subjects([commit.subject.key]))[0]?.version).to.equal(0);
    expect(await store.delivery(work.delivery?.guid ?? '')).to.include({ state: 'processed' });
  });

  it('that learn nothing keep what was known, and make a new version only for new effects', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    const next = { repositoryId, version: 1, learns: false };
    await store.commit(aCommit({ repositoryId }));
    await store.commit(aCommit(next));
    await store.commit(aCommit({ ...next, effects: [anEffect('a')] }));
    await store.commit(aCommit({ ...next, version: 2, effects: [anEffect('a', 'withdrawn')] }));
    expect(await store.subjects([`${repositoryId}/1`])).to.deep.equal([
      {
        key: `${repositoryId}/1`,
        version: 3,
        knowledge: knowledgeOf(repositoryId, 1),
        effects: [anEffect('a', 'withdrawn')],
        contributor: null,
        lookups: null,
        installation: null,
      },
    ]);
  });

  it('award once when many workers decide the same subject again at once', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    await store.commit(aCommit({ repositoryId }));
    const again = aCommit({ repositoryId, version: 1, learns: false, awards: [anAward('a', 530)] });
    const results = await Promise.all(Array.from({ length: 10 }, () => store.commit(again)));
    expect(results.sort().slice(-2)).to.deep.equal(['conflict', 'conflict']);
    expect(results.filter((result) => result === 'committed')).to.have.length(1);
    expect(await store.contributor('user-530')).to.include({ points: 10 });
  });

  it('let what happens once for ever happen on one of many subjects decided at once', async () => {
    const { store, query } = database();
    const commits = Array.from({ length: 8 }, () =>
      aCommit({
        effects: [anEffect('first ever 540', 'happened'), anEffect('each', 'standing')],
        awards: [anAward('first ever 540', 540), anAward('each', 540, 1)],
        listed: [aTicket({ effect: 'first ever 540' })],
      }),
    );
    const results = await Promise.all(commits.map((commit) => store.commit(commit)));
    expect(new Set(results)).to.deep.equal(new Set(['committed']));
    expect(await store.contributor('user-540')).to.include({ points: 18 });
    expect(await query(`select from c4gt.tickets where effect = 'first ever 540'`)).to.have.length(1);
  });

  it('find a subject by the address of its last commit, through renames', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    await store.commit(aCommit({ repositoryId, repository: 'old/name' }));
    await store.commit(aCommit({ repositoryId, version: 1, learns: false, repository: 'new/name' }));
    const versions = (await store.subjects(['old/name#1', 'new/name#1'])).map(({ version }) => version);
    expect(versions).to.deep.equal([0, 1]);
  });
});

eachTransport('active rules', (database) => {
  it('accept any decision before the first are activated, and then only their own', async () => {
    const { store, query } = database();
    expect(await store.activeRules()).to.equal(null);
    expect(await store.commit(aCommit({ rulesVersion: 'whatever' }))).to.equal('committed');
    await store.activateRules('rules-1', 7, 'any JSON');
    expect(await store.activeRules()).to.equal('rules-1');
    expect((await store.counts()).rules).to.deep.equal({ version: 'rules-1', count: 7 });
    const before = await query(EVERYTHING);
    expect(await store.commit(aCommit({ rulesVersion: 'rules-0' }))).to.equal('other rules');
    expect(await query(EVERYTHING)).to.deep.equal(before);
    expect(await store.commit(aCommit())).to.equal('committed');
  });

  it('have every issue and pull request decided again when they change, and only then', async () => {
    const { store } = database();
    await store.activateRules('rules-1', 1, []);
    const repositoryId = newRepository();
    for (const number of [0, 1, 2]) {
      await store.commit(aCommit({ repositoryId, number }));
    }
    await queuedSubjects(store);
    await store.activateRules('rules-1', 1, []);
    expect(await queuedSubjects(store)).to.deep.equal([]);
    await store.activateRules('rules-2', 2, []);
    expect(await queuedSubjects(store))
      .to.include.members([`${repositoryId}/1`, `${repositoryId}/2`])
      .and.not.include(`${repositoryId}/0`);
    await store.activateRules('rules-1', 1, []);
    expect(await queuedSubjects(store)).to.include(`${repositoryId}/1`);
    expect(await store.activeRules()).to.equal('rules-1');
  });
});
