// The transport to a Postgres inside this process, with its data in a directory that is this process's alone.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { pgmq } from '@electric-sql/pglite-pgmq';
import { dataDir as emptyDatabase } from '@electric-sql/pglite-prepopulatedfs';
import { lockDataDir } from './data-dir-lock.ts';
import { asStoreError } from './failures.ts';
import type { Migratable } from './migrate.ts';
import { namedCall, returned } from './named-call.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Transport } from './transport.ts';

/**
 * The database of a data directory, made when there is none. Throws DataDirInUse when another process has it.
 *
 * While a database is being made a file `creating` lies beside it. Where that file is found, the maker died, nothing
 * was ever stored, and the half-made folder is made anew. No other folder is ever removed.
 */
export async function openDataDir(dataDir: string): Promise<Transport & Migratable> {
  const directory = resolve(dataDir);
  makeDirectory(directory);
  const lock = lockDataDir(directory);
  try {
    const database = join(directory, 'database');
    const creating = join(directory, 'creating');
    if (existsSync(creating)) {
      rmSync(database, { recursive: true, force: true });
    }
    if (existsSync(database)) {
      return await openPGlite({ dataDir: database }, () => lock.release());
    }
    writeDurably(creating);
    // Unpacking an empty database takes 1.6 s, initdb 4 s.
    const transport = await openPGlite({ dataDir: database, loadDataDir: await emptyDatabase() }, () => lock.release());
    rmSync(creating);
    return transport;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Of the 128 MB that are the default, all are taken in time, and none is given back: what is read from files is kept by the
 * system as well. 5,000 bodies inserted: 370 to 430 MB in memory with a quarter of it, 510 to 590 without, no slower.
 */
const SHARED_BUFFERS = '32MB';

/** A PGlite with pgmq: in memory unless `options` says where. `closed` is called after closing it. */
export async function openPGlite(
  options: PGliteOptions,
  closed?: () => void,
): Promise<Transport & Migratable & { readonly pglite: PGlite }> {
  const startParams = [...PGlite.defaultStartParams, '-c', `shared_buffers=${SHARED_BUFFERS}`];
  const pglite = new PGlite({ ...options, startParams, extensions: { pgmq } });
  await pglite.waitReady;
  const inTurn = oneAtATime();
  return {
    pglite,

    async call(name, args) {
      try {
        const { text, values } = namedCall(name, args);
        const isUrgent = name === 'receive_deliveries';
        const result = await inTurn(() => pglite.query<Record<string, unknown>>(text, values), isUrgent);
        return returned(name, result);
      } catch (error) {
        throw asStoreError(error);
      }
    },

    // The one connection there is: lent while nobody else calls, which is before the store is handed out.
    async connected(use) {
      return await use({
        async execute(sql) {
          const results = await pglite.exec(sql);
          return results.at(-1)?.rows ?? [];
        },
      });
    },

    async close() {
      await pglite.close();
      closed?.();
    },
  };
}

/** Level by level: Node's own recursive way never ends where the file system refuses and says it is missing (/proc). */
function makeDirectory(directory: string): void {
  if (existsSync(directory) && statSync(directory).isDirectory()) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The data directory cannot be made: ${why}. Choose another one with DATA_DIR.`, { cause: error });
  }
}

function writeDurably(path: string): void {
  const file = openSync(path, 'w');
  fsyncSync(file);
  closeSync(file);
}
