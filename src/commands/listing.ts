// What commands share that list what is in the store: the store itself, and how many rows are wanted.
import { readConfig } from '../config.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { UsageError } from './usage-error.ts';

/** The store of the environment's configuration, closed again afterwards. */
export async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(readConfig(process.env));
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** @throws UsageError */
export function limitOf(written: string): number {
  const limit = Number(written);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new UsageError('--limit is a whole number from 1 to 1000');
  return limit;
}
