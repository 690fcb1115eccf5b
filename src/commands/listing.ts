// What commands share that look into the store: the store itself, who else has it, and how many rows are wanted.
import { readConfig } from '../config.ts';
import { C4GT } from '../program-name.ts';
import { DataDirInUse } from '../store/data-dir-lock.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { UsageError } from './usage-error.ts';

/** The store of the environment's configuration, closed again afterwards. */
export async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(readConfig(process.env)).catch(heldByServer);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** For `catch`, where a store is opened: a server has the embedded database to itself, and can be asked instead. */
export function heldByServer(error: unknown): never {
  if (!(error instanceof DataDirInUse)) throw error;
  const instead = `\`${C4GT} why owner/name#12\` asks the server, and so do GET /api/status and the rest of its API.`;
  throw new Error(`${error.message}\nWhile it runs, ${instead}`, { cause: error });
}

/** @throws UsageError */
export function limitOf(written: string): number {
  const limit = Number(written);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new UsageError('--limit is a whole number from 1 to 1000');
  return limit;
}
