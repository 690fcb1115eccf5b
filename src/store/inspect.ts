// The database as it is, looked at without changing it: whether it can be reached, and whether it is up to date.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createStore } from './database-store.ts';
import { type Connection, type Migratable, readMigrations, recorded, requireMigrated } from './migrate.ts';
import type { StoreConfig } from './open.ts';
import type { Counts } from './reading.ts';
import type { Transport } from './transport.ts';

export interface DatabaseState {
  /** False of a data directory in which nothing was made yet. */
  readonly isThere: boolean;
  /** Migrations of this version of the program that were not applied, by the names of their files. */
  readonly missing: readonly string[];
  /** Versions that were applied by a newer program. */
  readonly unknown: readonly string[];
  /** `installed`, or whether it can be. */
  readonly pgmq: 'installed' | 'available' | 'missing';
  /** Null while migrations are missing. */
  readonly counts: Counts | null;
}

/**
 * Throws StoreUnavailable when the database is out of reach, DataDirInUse when another process has the data, and
 * MigrationsMissing of a Supabase project, which has to be migrated by other means.
 */
export async function inspectDatabase({ databaseUrl, supabase = null, dataDir }: StoreConfig): Promise<DatabaseState> {
  if (supabase !== null) return inspectProject((await import('./supabase.ts')).openSupabase(supabase));
  if (databaseUrl !== null) return inspect((await import('./postgres.ts')).openPostgres(databaseUrl));
  const directory = resolve(dataDir);
  const isThere = existsSync(join(directory, 'database')) && !existsSync(join(directory, 'creating'));
  if (isThere) return inspect(await (await import('./pglite.ts')).openDataDir(dataDir));
  return { isThere, missing: [], unknown: [], pgmq: 'available', counts: null };
}

async function inspect(transport: Transport & Migratable): Promise<DatabaseState> {
  try {
    const state = await transport.connected(async (connection) => ({
      ...(await migrationsOf(connection)),
      pgmq: await pgmqOf(connection),
    }));
    const counts = state.missing.length === 0 ? await createStore(transport).counts() : null;
    return { isThere: true, ...state, counts };
  } finally {
    await transport.close();
  }
}

/** Of a project, functions are all that can be called: one that is migrated has what migrations need. */
async function inspectProject(transport: Transport): Promise<DatabaseState> {
  try {
    await requireMigrated(transport);
    const counts = await createStore(transport).counts();
    return { isThere: true, missing: [], unknown: [], pgmq: 'installed', counts };
  } finally {
    await transport.close();
  }
}

async function migrationsOf(connection: Connection): Promise<Pick<DatabaseState, 'missing' | 'unknown'>> {
  const [migrations, applied] = [await readMigrations(), await recorded(connection)];
  const known = new Set<unknown>(migrations.map(({ version }) => version));
  return {
    missing: migrations.filter(({ version }) => !applied.has(version)).map(({ version, name }) => `${version}_${name}`),
    // Others may keep their migrations in the same table; ours are of the form that the Supabase CLI gives them.
    unknown: [...applied.keys()]
      .filter((version) => !known.has(version) && String(version) > String(lastOf(known)))
      .map(String),
  };
}

function lastOf(versions: ReadonlySet<unknown>): unknown {
  return [...versions].at(-1);
}

async function pgmqOf(connection: Connection): Promise<DatabaseState['pgmq']> {
  const [row] = await connection.execute(
    `select installed_version is not null as installed from pg_available_extensions where name = 'pgmq'`,
  );
  if (row === undefined) return 'missing';
  return row['installed'] === true ? 'installed' : 'available';
}
