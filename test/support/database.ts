// Migrated, empty databases for tests: the same suite over Postgres in the process, over a real server, and over HTTP.
import type { PGlite } from '@electric-sql/pglite';
import { dataDir as emptyDatabase } from '@electric-sql/pglite-prepopulatedfs';
import { createStore } from '../../src/store/database-store.ts';
import { type Connection, type Migratable, migrate } from '../../src/store/migrate.ts';
import { openPGlite } from '../../src/store/pglite.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Store } from '../../src/store/store.ts';
import { openSupabase } from '../../src/store/supabase.ts';
import type { Transport } from '../../src/store/transport.ts';
import { sharedPostgres } from './postgres.ts';
import { type SupabaseServer, startSupabase } from './supabase.ts';

export interface TestDatabase {
  readonly store: Store;
  readonly transport: Transport & Migratable;
  /** Where others can reach it too; null for one that lives in this process. */
  readonly url: string | null;
  /** Runs SQL as the owner, past the functions: to look, and to break things. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

const TEMPLATE = 'migrated';

let template: Promise<void> | undefined;
let snapshot: Promise<Blob> | undefined;

/** A fresh database on the shared server, copied from a migrated one. */
export async function openTestPostgres(): Promise<TestDatabase> {
  const server = await sharedPostgres();
  template ??= (async () => {
    const transport = openPostgres(await server.createDatabase(TEMPLATE));
    await migrate(transport);
    await transport.close();
  })();
  await template;
  const url = await server.createDatabase(undefined, TEMPLATE);
  return testDatabase(openPostgres(url, { connections: 20 }), url);
}

/** As {@link openTestPostgres}, with a Supabase server before it, through which the store and the transport go. */
export async function openTestSupabase(): Promise<TestDatabase & { readonly supabase: SupabaseServer }> {
  const database = await openTestPostgres();
  const supabase = await startSupabase(String(database.url));
  const { call } = openSupabase(supabase);
  return {
    ...testDatabase({ ...database.transport, call }, database.url),
    supabase,
    async close() {
      await supabase.stop();
      await database.close();
    },
  };
}

/** A fresh database in memory, loaded from the image of a migrated one. */
export async function openTestPGlite(): Promise<TestDatabase> {
  snapshot ??= (async () => {
    const transport = await openPGlite({ loadDataDir: await emptyDatabase() });
    await migrate(transport);
    const image = await dump(transport.pglite);
    await transport.close();
    return image;
  })();
  return testDatabase(await openPGlite({ loadDataDir: await snapshot }), null);
}

type Suite = (database: () => TestDatabase) => void;

/**
 * Defines a suite once per kind of database. Within it `database()` gives the suite's own, which the suite's tests
 * share; `close` need not be called.
 */
export function eachDatabase(title: string, suite: Suite): void {
  each(
    [
      ['PGlite', openTestPGlite],
      ['Postgres', openTestPostgres],
    ],
    title,
    suite,
  );
}

/** As {@link eachDatabase}, and over Supabase: for what a store is, whatever carries its calls. */
export function eachTransport(title: string, suite: Suite): void {
  eachDatabase(title, suite);
  each([['Supabase', openTestSupabase]], title, suite);
}

function each(
  kinds: readonly (readonly [kind: string, open: () => Promise<TestDatabase>])[],
  title: string,
  suite: Suite,
) {
  for (const [kind, open] of kinds) {
    describe(`${title} (${kind})`, () => {
      let opened: TestDatabase | undefined;
      before(async () => {
        opened = await open();
      });
      after(async () => {
        await opened?.close();
      });
      suite(() => {
        if (opened === undefined) {
          throw new Error('The database is open within tests and hooks only');
        }
        return opened;
      });
    });
  }
}

function testDatabase(transport: Transport & Migratable, url: string | null): TestDatabase {
  return {
    store: createStore(transport),
    transport,
    url,
    query: (sql) => transport.connected((connection: Connection) => connection.execute(sql)),
    close: () => transport.close(),
  };
}

async function dump(pglite: PGlite): Promise<Blob> {
  return await pglite.dumpDataDir('none');
}
