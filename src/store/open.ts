// Opens the store that the configuration names, migrated and ready. Only the chosen driver is loaded.
import { createStore } from './database-store.ts';
import { migrate, requireMigrated } from './migrate.ts';
import { type Store, StoreUnavailable } from './store.ts';

export interface StoreConfig {
  /** A Postgres with the pgmq extension. */
  readonly databaseUrl: string | null;
  /** A Supabase project, by its Data API. */
  readonly supabase?: { readonly url: string; readonly secretKey: string } | null;
  /** Where the data lives without either. */
  readonly dataDir: string;
}

/**
 * Throws StoreUnavailable when the database is out of reach, DataDirInUse when another process has the data, and
 * MigrationsMissing when they have to be applied by other means.
 */
export async function openStore({ databaseUrl, supabase = null, dataDir }: StoreConfig): Promise<Store> {
  if (supabase !== null) return await openProject(supabase);
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
    if (embedded || !(error instanceof StoreUnavailable)) throw error;
    throw new StoreUnavailable(`${error.message}. DATABASE_URL says where it is, and as whom to ask.`, {
      cause: error,
    });
  }
}

/** Functions are all that can be called there: nothing can be migrated. */
async function openProject(project: { readonly url: string; readonly secretKey: string }): Promise<Store> {
  const transport = (await import('./supabase.ts')).openSupabase(project);
  await requireMigrated(transport);
  return createStore(transport);
}
