// A ledger to tamper with: the owner's ways past the triggers, and all of it undone afterwards.

import { aCommit, anAward, newRepository } from '../store/samples.ts';
import type { TestDatabase } from '../support/database.ts';

/** Awards 1 to `awards` points, each on a subject of its own; then one line that takes the third back. */
export async function writeLedger({ store, query }: TestDatabase, awards = 8): Promise<void> {
  await tamper(
    { query },
    `truncate c4gt.ledger, c4gt.ledger_chain restart identity cascade; update c4gt.contributors set points = 0`,
  );
  for (let points = 1; points <= awards; points++) {
    const repositoryId = newRepository();
    const line = { ...anAward('a', 700 + (points % 3), points), reason: `Work ${points}: “é”, 🎉` };
    await store.commit(aCommit({ repositoryId, awards: [line] }));
    if (points !== 3) continue;
    const reversals = [{ effect: 'a', reason: 'Not merged after all' }];
    await store.commit(aCommit({ repositoryId, version: 1, reversals }));
  }
}

/** As a superuser, whom triggers and foreign keys do not hold. */
export async function tamper({ query }: Pick<TestDatabase, 'query'>, sql: string): Promise<void> {
  try {
    await query(`begin; set local session_replication_role = replica; ${sql}; commit`);
  } catch (error) {
    await query('rollback');
    throw error;
  }
}
