// Contributors are subjects: decided again whenever rules could see something else of them, whatever happens at once.
import { expect } from 'chai';
import type { Store } from '../../src/store/store.ts';
import { eachDatabase, openTestPostgres, type TestDatabase } from '../support/database.ts';
import {
  aBadge,
  aCommit,
  aContributorCommit,
  anAward,
  anEffect,
  newRepository,
  queuedSubjects,
  queuedWork,
} from './samples.ts';

const event = (version: number) => ({ event: 'contributor', occurrence: String(version) });

async function subjectOf(store: Store, id: number) {
  const [subject] = await store.subjects([`0/${id}`]);
  if (subject === undefined) throw new Error('The store did not answer');
  return subject;
}

eachDatabase('contributors as subjects', (database) => {
  beforeEach(() => queuedSubjects(database().store));

  it('come to be with their first points, and are decided because of it', async () => {
    const { store } = database();
    expect(await subjectOf(store, 700)).to.include({ version: 0, contributor: null });
    await store.commit(aCommit({ awards: [anAward('a', 700), anAward('a', 699, 1)] }));
    expect(await subjectOf(store, 700)).to.deep.equal({
      key: '0/700',
      version: 1,
      knowledge: null,
      effects: [],
      contributor: { id: 700, login: 'user-700', points: 10, registered: false, badges: [] },
      lookups: null,
      installation: null,
    });
    expect(await queuedWork(store)).to.deep.equal([
      { subject: '0/699', occasion: event(1) },
      { subject: '0/700', occasion: event(1) },
    ]);
  });

  it('have a new version for every change of their total or name, and none for a correction to the same', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    await store.commit(aCommit({ repositoryId, awards: [anAward('a', 701)] }));
    const reversals = [{ effect: 'a', reason: 'Corrected' }];
    await queuedSubjects(store);
    const next = { repositoryId, version: 1, reversals, awards: [anAward('a', 701)] };
    await store.commit(aCommit(next));
    expect(await queuedWork(store)).to.deep.equal([]);
    await store.commit(aCommit({ ...next, version: 2, awards: [anAward('a', 701, 10, 'renamed')] }));
    expect(await queuedWork(store)).to.deep.equal([{ subject: '0/701', occasion: null }]);
    await store.commit(aCommit({ ...next, version: 3, awards: [] }));
    expect(await queuedWork(store)).to.deep.equal([{ subject: '0/701', occasion: event(3) }]);
    expect(await subjectOf(store, 701)).to.deep.include({
      version: 3,
      contributor: { id: 701, login: 'renamed', points: 0, registered: false, badges: [] },
    });
  });

  it('wait in the queue once, until somebody takes them up', async () => {
    const { store } = database();
    const award = () => store.commit(aCommit({ awards: [anAward('a', 702)] }));
    await award();
    await award();
    await award();
    const [work, ...rest] = await store.claim(10, 60);
    expect(work).to.deep.include({ subject: '0/702', occasion: event(1) });
    expect(rest).to.deep.equal([]);
    await award();
    expect(await queuedWork(store)).to.deep.equal([{ subject: '0/702', occasion: event(4) }]);
    if (work !== undefined) await store.finish(work, 'processed', null);
  });

  it('are refused a decision that was made before their points changed', async () => {
    const { store } = database();
    await store.commit(aCommit({ awards: [anAward('a', 703)] }));
    const [work] = await store.claim(10, 60);
    const decision = aContributorCommit(703, 1, { message: work?.message ?? 0, effects: [anEffect('star')] });
    await store.commit(aCommit({ awards: [anAward('a', 703)] }));
    expect(await store.commit(decision)).to.equal('conflict');
    const again = { ...decision, subject: { ...decision.subject, version: 2 } };
    expect(await store.commit(again)).to.equal('committed');
    expect((await subjectOf(store, 703)).effects).to.deep.equal([anEffect('star')]);
  });

  it('come back with what happened to them when a buried decision is retried', async () => {
    const { store } = database();
    await store.commit(aCommit({ awards: [anAward('a', 704)] }));
    const [work] = await store.claim(10, 60);
    if (work === undefined) throw new Error('Work was expected');
    await store.postpone(work, 0, 'for once');
    const [postponed] = await store.claim(10, 60);
    expect(postponed).to.deep.include({ subject: '0/704', occasion: event(1), attempt: 1, failures: 1 });
    await store.bury(postponed ?? work, 'broken');
    await store.retry(null);
    const [revived] = await store.claim(10, 60);
    expect(revived, 'its failures are forgiven').to.deep.include({ occasion: event(1), failures: 0 });
    await Promise.all([revived].flatMap((each) => (each ? [store.finish(each, 'processed', null)] : [])));
  });

  it('are decided by other rules too', async () => {
    const { store } = database();
    await store.activateRules('rules-1', 1, []);
    await store.commit(aCommit({ awards: [anAward('a', 705)] }));
    await queuedSubjects(store);
    await store.activateRules('rules-2', 1, []);
    expect(await queuedWork(store)).to.deep.include({ subject: '0/705', occasion: null });
    await store.activateRules('rules-1', 1, []);
  });
});

eachDatabase('badges', (database) => {
  beforeEach(() => queuedSubjects(database().store));

  const badges = async (id: number) => Object(await database().store.contributor(`user-${id}`)).badges;

  it('make a contributor of somebody without points, who is not on the leaderboard', async () => {
    const { store } = database();
    await store.commit(aCommit({ effects: [anEffect('b')], badges: [aBadge('b', 720)] }));
    expect(await store.contributor('USER-720')).to.deep.equal({
      login: 'user-720',
      points: 0,
      rank: null,
      badges: ['Star'],
      ledger: [],
    });
    expect(await store.leaderboard(10, 0)).to.deep.equal({ entries: [], total: 0 });
    expect(await queuedWork(store)).to.deep.equal([{ subject: '0/720', occasion: event(1) }]);
  });

  it('are had once, however many effects grant them, and until the last is withdrawn; the oldest is first', async () => {
    const { store, query } = database();
    const granted = aContributorCommit(721, 1, {
      effects: [anEffect('z'), anEffect('star')],
      badges: [aBadge('z', 721, 'Zeal'), aBadge('star', 721)],
    });
    await store.commit(aCommit({ awards: [anAward('a', 721)] }));
    await store.commit(granted);
    await query(`update c4gt.badges set at = '2026-01-01' where badge = 'Zeal'`);
    const repositoryId = newRepository();
    await queuedSubjects(store);
    await store.commit(aCommit({ repositoryId, badges: [aBadge('b', 721)] }));
    expect(await queuedWork(store), 'nothing that rules could see').to.deep.equal([]);
    expect(await badges(721)).to.deep.equal(['Zeal', 'Star']);
    expect((await subjectOf(store, 721)).contributor?.badges).to.deep.equal(['Zeal', 'Star']);
    expect((await store.leaderboard(10, 0)).entries).to.deep.equal([
      { rank: 1, login: 'user-721', points: 10, badges: ['Zeal', 'Star'] },
    ]);

    const { version } = await subjectOf(store, 721);
    await store.commit(
      aContributorCommit(721, version, { effects: [anEffect('star', 'withdrawn')], unbadged: ['star'] }),
    );
    expect(await badges(721), 'the pull request still grants it').to.deep.equal(['Zeal', 'Star']);
    await store.commit(aCommit({ repositoryId, version: 1, learns: false, unbadged: ['b', 'star', 'z'] }));
    expect(await badges(721), 'not those of another subject').to.deep.equal(['Zeal']);
    expect(await queuedWork(store)).to.deep.equal([{ subject: '0/721', occasion: null }]);
  });

  it('of which one takes the place of another are exchanged, and one that stays keeps its age', async () => {
    const { store, query } = database();
    const repositoryId = newRepository();
    await store.commit(aCommit({ repositoryId, badges: [aBadge('a', 722, 'Old'), aBadge('b', 722, 'Zest')] }));
    await query(`update c4gt.badges set at = '2026-01-01' where contributor = 722`);
    const replaced = [aBadge('a', 722, 'Able'), aBadge('b', 722, 'Zest')];
    await store.commit(aCommit({ repositoryId, version: 1, badges: replaced, unbadged: ['a', 'b'] }));
    expect(await badges(722)).to.deep.equal(['Zest', 'Able']);
  });

  it('that a contributor comes to have by its own rules have it decided again, which is no event', async () => {
    const { store } = database();
    await store.commit(aCommit({ awards: [anAward('a', 723)] }));
    const [work] = await store.claim(10, 60);
    const star = { effects: [anEffect('star')], badges: [aBadge('star', 723)] };
    await store.commit(aContributorCommit(723, 1, { message: work?.message ?? 0, ...star }));
    expect(await queuedWork(store)).to.deep.equal([{ subject: '0/723', occasion: null }]);
  });

  it('that are given once for ever are given on one of many subjects decided at once', async () => {
    const { store, query } = database();
    const key = 'first ever 724';
    const commits = Array.from({ length: 8 }, () =>
      aCommit({ effects: [anEffect(key, 'happened')], badges: [aBadge(key, 724)] }),
    );
    const results = await Promise.all(commits.map((commit) => store.commit(commit)));
    expect(new Set(results)).to.deep.equal(new Set(['committed']));
    expect(await query(`select from c4gt.badges where contributor = 724`)).to.have.length(1);
  });
});

describe('contributors, when decisions on them and on their work are committed at once (Postgres)', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestPostgres();
  });
  after(() => database.close());

  it('never deadlock; each has the version that its points came with, or is queued to be decided again', async () => {
    const { store } = database;
    const people = [801, 802, 803, 804, 805];
    await store.commit(aCommit({ awards: people.map((id) => anAward('first', id)) }));
    await queuedSubjects(store);
    const seen = { conflict: 0, committed: 0 };
    for (let round = 1; round <= 25; round += 1) {
      const versions = new Map((await store.subjects(people.map((id) => `0/${id}`))).map((each) => [each.key, each]));
      const works = Array.from({ length: 5 }, (_, at) => [...people.slice(at), ...people.slice(0, at)].slice(0, 3));
      const [decided] = await Promise.all([
        Promise.all(
          people.map((id) => {
            const { version = 0, contributor } = versions.get(`0/${id}`) ?? {};
            const effects = [{ ...anEffect('sum'), params: { points: contributor?.points ?? 0 } }];
            const badges = [aBadge('sum', id, `${contributor?.points}`)];
            return store.commit(aContributorCommit(id, version, { effects, badges, unbadged: ['sum'] }));
          }),
        ),
        ...works.map((ids) => store.commit(aCommit({ awards: ids.map((id) => anAward('a', id, 1)) }))),
      ]);
      for (const result of decided) seen[result === 'conflict' ? 'conflict' : 'committed'] += 1;
      const queued = new Set(await queuedSubjects(store));
      for (const { key, contributor } of await store.subjects(people.map((id) => `0/${id}`))) {
        expect(contributor?.points, key).to.equal(10 + 3 * round);
        expect(queued.has(key), `${key} in round ${round}`).to.equal(true);
      }
    }
    expect(seen.conflict, 'the points first').to.be.above(0);
    expect(seen.committed, 'the decision first').to.be.above(0);
  });
});
