// Opens the store that the configuration names, migrated and ready. Only the chosen driver is loaded.
import { createStore } from './database-store.ts';
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';

export interface StoreConfig {
  /** A Postgres with the pgmq extension; without it the data lives in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
}

/** Throws StoreUnavailable when the database is out of reach, and DataDirInUse when another process has the data. */
export async function openStore({ databaseUrl, dataDir }: StoreConfig): Promise<Store> {
  const embedded = databaseUrl === null;
  const transport = embedded
    ? await (await import('./pglite.ts')).openDataDir(dataDir)
    : (await import('./postgres.ts')).openPostgres(databaseUrl);
  const store = createStore(transport);
  try {
    await migrate(transport);
    if (embedded) {
      // Nobody else can be at work on a locked directory: what a dead process had claimed need not wait for its time.
      await store.releaseClaims();
    }
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
