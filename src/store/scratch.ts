// An empty database to decide everything again in: in memory, or a Postgres that somebody made for it.
import { dataDir as emptyDatabase } from '@electric-sql/pglite-prepopulatedfs';
import { createStore } from './database-store.ts';
import { type Migratable, migrate } from './migrate.ts';
import type { Store } from './store.ts';
import type { Transport } from './transport.ts';

export interface Scratch {
  readonly store: Store;
  /** Makes everything that waits for its time claimable now; returns how much there is. */
  hurry(): Promise<number>;
}

/** The database has something in it. */
export class NotEmpty extends Error {
  override name = 'NotEmpty';
}

/**
 * Closing its store closes it; in memory, that is its end.
 *
 * @param url of a Postgres; null for memory
 * @throws NotEmpty
 */
export async function openScratch(url: string | null): Promise<Scratch> {
  const transport = await open(url);
  const store = createStore(transport);
  try {
    await migrate(transport);
    const { received } = await store.counts();
    if (received > 0 || (await store.ledgerHead()).lines > 0 || (await store.activeRules()) !== null)
      throw new NotEmpty('the database is not empty: something was received, decided or active there already');
    return { store, hurry: () => hurry(transport) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function open(url: string | null): Promise<Transport & Migratable> {
  if (url !== null) return (await import('./postgres.ts')).openPostgres(url);
  return await (await import('./pglite.ts')).openPGlite({ loadDataDir: await emptyDatabase() });
}

async function hurry(transport: Migratable): Promise<number> {
  return await transport.connected(async (connection) => {
    const [row] = await connection.execute(
      `select count(*)::int as waiting
       from pgmq.q_inbox as q cross join lateral pgmq.set_vt('inbox', q.msg_id, 0) as hurried`,
    );
    return Number(row?.['waiting'] ?? 0);
  });
}
