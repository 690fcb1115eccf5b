// `c4gt db migrate`: opening the store migrates it, so this opens and closes it.
import { readConfig } from '../config.ts';
import { openStore } from '../store/open.ts';
import { UsageError } from './usage-error.ts';

export async function migrate(): Promise<void> {
  const config = readConfig(process.env);
  if (config.supabase !== null) {
    throw new UsageError(
      'A Supabase project cannot be migrated through its API: call `supabase db push`, or unset SUPABASE_URL and ' +
        'SUPABASE_SECRET_KEY and set DATABASE_URL to the connection string of the project',
    );
  }
  const store = await openStore(config);
  await store.close();
}
