// Subjects that rest on others are decided again when those change, whatever happens at the same moment.
import { expect } from 'chai';
import type { Store } from '../../src/store/store.ts';
import { eachTransport, openTestPostgres, type TestDatabase } from '../support/database.ts';
import { aCommit, anEffect, newRepository, queuedSubjects } from './samples.ts';

/** A subject that rests on `key`, as it is. */
async function resting(store: Store, key: string): Promise<string> {
  const commit = aCommit({ consulted: [{ key, version: (await store.subjects([key]))[0]?.version ?? 0 }] });
  expect(await store.commit(commit)).to.equal('committed');
  return commit.subject.key;
}

eachTransport('dependents', (database) => {
  it('are decided again when what they rest on appears, and when it changes', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    const dependent = await resting(store, `${repositoryId}/1`);
    const byAddress = await resting(store, `Org/Repo-${repositoryId}#1`);
    await queuedSubjects(store);
    await store.commit(aCommit({ repositoryId }));
    expect(await queuedSubjects(store)).to.deep.equal([dependent, byAddress]);
    await store.commit(aCommit({ repositoryId, version: 1 }));
    expect(await queuedSubjects(store)).to.deep.equal([dependent, byAddress]);
  });

  it('are left alone by decisions that learn nothing', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    await store.commit(aCommit({ repositoryId }));
    await resting(store, `${repositoryId}/1`);
    await queuedSubjects(store);
    await store.commit(aCommit({ repositoryId, version: 1, learns: false, effects: [anEffect('a')] }));
    expect(await queuedSubjects(store)).to.deep.equal([]);
  });

  it('by address are decided again when the subject leaves the address, and when one comes to it', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    await store.commit(aCommit({ repositoryId }));
    const before = await resting(store, `org/repo-${repositoryId}#1`);
    const after = await resting(store, `org/renamed-${repositoryId}#1`);
    await queuedSubjects(store);
    await store.commit(aCommit({ repositoryId, version: 1, learns: false, repository: `org/renamed-${repositoryId}` }));
    expect(await queuedSubjects(store)).to.deep.equal([before, after]);
  });

  it('are no longer decided again once they rest on something else', async () => {
    const { store } = database();
    const [repositoryId, first, second] = [newRepository(), newRepository(), newRepository()];
    await store.commit(aCommit({ repositoryId, consulted: [{ key: `${first}/1`, version: 0 }] }));
    await store.commit(aCommit({ repositoryId, version: 1, consulted: [{ key: `${second}/1`, version: 0 }] }));
    await queuedSubjects(store);
    await store.commit(aCommit({ repositoryId: first }));
    expect(await queuedSubjects(store)).to.deep.equal([]);
    await store.commit(aCommit({ repositoryId: second }));
    expect(await queuedSubjects(store)).to.deep.equal([`${repositoryId}/1`]);
  });

  it('of a repository are all its subjects, and others that rest on it', async () => {
    const { store, query } = database();
    const repositoryId = newRepository();
    const own = { key: `${repositoryId}/0`, version: 0 };
    await store.commit(aCommit({ repositoryId, consulted: [own] }));
    await store.commit(aCommit({ repositoryId, number: 2, consulted: [own] }));
    const dependent = await resting(store, own.key);
    await queuedSubjects(store);
    await store.commit(aCommit({ repositoryId, number: 0 }));
    expect(await queuedSubjects(store)).to.deep.equal([`${repositoryId}/1`, `${repositoryId}/2`, dependent]);
    expect(await query(`select from c4gt.dependencies where consulted = '${own.key}'`)).to.have.length(1);
  });

  it('bury a decision that cannot be made on record', async () => {
    const { store, query } = database();
    const repositoryId = newRepository();
    const dependent = await resting(store, `${repositoryId}/1`);
    await queuedSubjects(store);
    await store.commit(aCommit({ repositoryId }));
    const [work] = await store.claim(10, 60);
    if (work === undefined) {
      throw new Error('Work was expected');
    }
    expect(work).to.deep.include({ delivery: null, subject: dependent });
    await store.bury(work, 'Too deep');
    expect(await query(`select details from c4gt.audit where action = 'decision buried'`)).to.deep.equal([
      { details: { subject: dependent, reason: 'Too deep' } },
    ]);
    expect(await query('select from pgmq.q_inbox')).to.have.length(0);
  });
});

describe('dependents, when both are committed at the same moment (Postgres)', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestPostgres();
  });
  after(async () => {
    await database.close();
  });

  for (const named of ['key', 'address'] as const) {
    it(`never miss what they rest on by ${named}: refused, or decided again`, async () => {
      const { store } = database;
      const seen = { conflict: 0, committed: 0 };
      for (let round = 0; round < 40; round += 1) {
        const pairs = Array.from({ length: 8 }, () => ({ dependent: newRepository(), other: newRepository() }));
        const results = await Promise.all(
          pairs.flatMap(({ dependent, other }, index) => {
            const key = named === 'key' ? `${other}/1` : `org/repo-${other}#1`;
            const both = [
              () => store.commit(aCommit({ repositoryId: dependent, consulted: [{ key, version: 0 }] })),
              () => store.commit(aCommit({ repositoryId: other })),
            ];
            return (index % 2 === 0 ? both : both.reverse()).map((commit) => commit());
          }),
        );
        const queued = new Set(await queuedSubjects(store));
        pairs.forEach(({ dependent }, index) => {
          const result = results[index * 2 + (index % 2)];
          expect(results[index * 2 + 1 - (index % 2)]).to.equal('committed');
          expect(result).to.be.oneOf(['committed', 'conflict']);
          expect(queued.has(`${dependent}/1`), `${result} in round ${round}`).to.equal(result === 'committed');
          seen[result === 'conflict' ? 'conflict' : 'committed'] += 1;
        });
      }
      expect(seen.conflict, 'the other first').to.be.above(0);
      expect(seen.committed, 'the dependent first').to.be.above(0);
    });
  }

  it('never deadlock, even when all rest on one another', async () => {
    const { store } = database;
    const repositories = Array.from({ length: 6 }, newRepository);
    const keys = repositories.map((repositoryId) => `${repositoryId}/1`);
    for (let round = 0; round < 30; round += 1) {
      const versions = new Map((await store.subjects(keys)).map(({ key, version }) => [key, version]));
      const results = await Promise.all(
        repositories.map((repositoryId) => {
          const own = `${repositoryId}/1`;
          const consulted = keys.filter((key) => key !== own).map((key) => ({ key, version: versions.get(key) ?? 0 }));
          return store.commit(aCommit({ repositoryId, version: versions.get(own) ?? 0, consulted }));
        }),
      );
      expect(
        results.filter((result) => result === 'committed'),
        `round ${round}`,
      ).to.have.length(1);
    }
  });

  it('are never decided by rules that were replaced while they were being committed', async () => {
    const { store, close } = await openTestPostgres();
    for (let round = 0; round < 20; round += 1) {
      const [before, after] = [`rules-${round}`, `rules-${round + 1}`];
      await store.activateRules(before, 1, []);
      await queuedSubjects(store);
      const commits = Array.from({ length: 8 }, () => aCommit({ rulesVersion: before }));
      const [, ...results] = await Promise.all([
        store.activateRules(after, 1, []),
        ...commits.map((commit) => store.commit(commit)),
      ]);
      const queued = new Set(await queuedSubjects(store));
      commits.forEach(({ subject }, index) => {
        expect(queued.has(subject.key), `round ${round}`).to.equal(results[index] === 'committed');
      });
    }
    await close();
  });
});
