// Brings a database up to date: applies supabase/migrations in order and records them where the Supabase CLI does.
import { readdir, readFile } from 'node:fs/promises';
import { C4GT } from '../program-name.ts';
import { StoreUnavailable } from './store.ts';
import type { Transport } from './transport.ts';

/** One connection, used alone; `sql` may hold several statements, and the rows are the last one's. */
export interface Connection {
  execute(sql: string): Promise<Record<string, unknown>[]>;
}

/** A transport that can lend a connection. */
export interface Migratable {
  connected<T>(use: (connection: Connection) => Promise<T>): Promise<T>;
}

export interface Migration {
  readonly version: string;
  readonly name: string;
  readonly sql: string;
}

const FOLDER = new URL('../../supabase/migrations/', import.meta.url);

/** One number for all that migrate: whoever comes second waits, and finds nothing left to do. */
const LOCK = `select pg_advisory_xact_lock(hashtextextended('c4gt.migrate', 0))`;

const RECORDS = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
  alter table supabase_migrations.schema_migrations add column if not exists statements text[];
  alter table supabase_migrations.schema_migrations add column if not exists name text`;

/**
 * Applies what is missing, each migration in its own transaction, and returns the versions applied. Any number of
 * processes may do so at once. Throws an Error that names the file, with the database's as its cause; MigrationsDiffer;
 * or StoreUnavailable.
 */
export async function migrate(database: Migratable): Promise<string[]> {
  const migrations = await readMigrations();
  return await database.connected(async (connection) => {
    const known = await recorded(connection);
    refuseOthers(migrations, known);
    const applied: string[] = [];
    for (const migration of migrations.filter(({ version }) => !known.has(version))) {
      if (await apply(connection, migration)) {
        applied.push(migration.version);
      }
    }
    return applied;
  });
}

/** What the database was made by has the versions of this program's migrations, and is not them. */
export class MigrationsDiffer extends Error {
  override name = 'MigrationsDiffer';
}

/** Of a newer program, the database has these and more; what the Supabase CLI has recorded may have no name. */
function refuseOthers(migrations: readonly Migration[], known: ReadonlyMap<unknown, unknown>): void {
  const other = migrations.find(({ version, name }) => (known.get(version) ?? name) !== name);
  if (other !== undefined) {
    throw new MigrationsDiffer(
      `The database was made by other migrations than this program has: ${other.version} is \`${known.get(other.version)}\` ` +
        `there and \`${other.name}\` here. Nothing of it was changed, and it cannot be brought up to date: let DATABASE_URL ` +
        'or DATA_DIR name a new database, or run the program that made this one.',
    );
  }
}

/** The database is older than this program, and cannot be migrated from here. */
export class MigrationsMissing extends Error {
  override name = 'MigrationsMissing';
}

/**
 * Makes sure of a database that only functions can be called of. A newer one is fine: while versions are exchanged, old
 * programs run on it. Throws MigrationsMissing, which says what to do, or as the transport does.
 */
export async function requireMigrated(transport: Transport): Promise<void> {
  const migrations = await readMigrations();
  const missing = await transport.call('missing_migrations', { versions: migrations.map(({ version }) => version) });
  const first = migrations.find(({ version }) => Array.isArray(missing) && missing.includes(version));
  if (first !== undefined) {
    throw new MigrationsMissing(
      `The Supabase project is older than this program: migrations are missing, from ${first.version}_${first.name} on. ` +
        `Apply them with \`supabase db push\`, or with \`${C4GT} db migrate\` and DATABASE_URL for SUPABASE_URL.`,
    );
  }
}

/** All there are, oldest first. */
export async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(FOLDER)).sort();
  return await Promise.all(
    files.flatMap((file) => {
      const [, version, name] = /^(\d+)_(.+)\.sql$/.exec(file) ?? [];
      return version === undefined || name === undefined
        ? []
        : [readFile(new URL(file, FOLDER), 'utf8').then((sql) => ({ version, name, sql }))];
    }),
  );
}

/** Versions of those that were applied, with their names. */
export async function recorded(connection: Connection): Promise<Map<unknown, unknown>> {
  const [records] = await connection.execute(
    `select to_regclass('supabase_migrations.schema_migrations') is not null as present`,
  );
  if (records?.['present'] !== true) {
    return new Map();
  }
  // As JSON: the table of an older Supabase CLI has no names.
  const rows = await connection.execute(
    `select m.version, to_jsonb(m) ->> 'name' as name from supabase_migrations.schema_migrations as m`,
  );
  return new Map(rows.map((row) => [row['version'], row['name']]));
}

async function apply(connection: Connection, { version, name, sql }: Migration): Promise<boolean> {
  // Waiting for another starter, or a large index, may take longer than a statement of the application ever should.
  await connection.execute(`begin; set local statement_timeout = 0; ${LOCK}`);
  try {
    await connection.execute(RECORDS);
    if ((await recorded(connection)).has(version)) {
      await connection.execute('rollback');
      return false;
    }
    await connection.execute(sql);
    await connection.execute(
      `insert into supabase_migrations.schema_migrations (version, name, statements)
       values (${literal(version)}, ${literal(name)}, array[${literal(sql)}]);
       commit`,
    );
    return true;
  } catch (error) {
    // A connection that broke has rolled back by itself.
    await connection.execute('rollback').catch(() => undefined);
    if (error instanceof StoreUnavailable) {
      throw error;
    }
    throw new Error(`Migration ${version}_${name}.sql failed: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
