// `c4gt db migrate`: opening the store migrates it, so this opens and closes it.
import { readConfig } from '../config.ts';
import { openStore } from '../store/open.ts';

export async function migrate(): Promise<void> {
  const store = await openStore(readConfig(process.env));
  await store.close();
}
