// A repository that comes to another installation while something is decided there: what that wants done goes along.
import { expect } from 'chai';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { aHome, aWish, newInstallation } from './outbox-samples.ts';
import { newRepository } from './samples.ts';

describe('a repository that is moved in the middle of a decision (Postgres)', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestPostgres();
  });
  after(() => database.close());

  for (const [from, aRepository] of [
    ['nowhere', async () => newRepository()],
    ['another installation', async () => (await aHome(database.store)).repositoryId],
  ] as const)
    it(`from ${from} takes along what is decided just then`, async () => {
      const [repositoryId, installation] = [await aRepository(), newInstallation()];
      const [stored] = await database.store.subjects([`${repositoryId}/1`]);
      await database.query(`insert into c4gt.installations (id) values (${installation})`);
      let decided: Promise<unknown> | undefined;
      await database.transport.connected(async ({ execute }) => {
        await execute(`begin; select c4gt.move_repository(${repositoryId}, ${installation}, 0)`);
        decided = database.store.commit(aWish({ repositoryId }, stored?.version ?? 0));
        await waitingOrDone(database, decided);
        await execute('commit');
      });
      expect(await decided).to.equal('committed');
      const rows = await database.query(`select installation from c4gt.outbox where subject = '${repositoryId}/1'`);
      expect(rows.map((row) => Number(row['installation']))).to.deep.equal([installation]);
    });
});

/** Until the decision is made, or waits for the move. */
async function waitingOrDone({ query }: TestDatabase, decided: Promise<unknown>): Promise<void> {
  let done = false;
  void decided.then(() => {
    done = true;
  });
  while (!done) {
    const waiting = await query(`select from pg_locks where not granted`);
    if (waiting.length > 0) return;
  }
}
