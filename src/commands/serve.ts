// `c4gt serve` and `c4gt worker`: run until told to stop, then finish what is held.
import { type Config, readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { start } from '../main.ts';

/** Resolves when SIGTERM or SIGINT has been obeyed; a second signal ends the process at once. */
export async function serve(halves: { listen: boolean; work: boolean }): Promise<void> {
  const config = readConfig(process.env, { webhookSecret: halves.listen });
  const log = createLog(config.logLevel);
  // Heard from the beginning: a signal during the start is obeyed after it.
  const stopping = told();
  const running = await start({ config, environment: process.env, log, ...halves });
  log.info({ url: running.url, database: databaseOf(config) }, 'ready');
  const signal = await stopping;
  log.info({ signal }, 'stopping');
  await running.stop();
  log.info({}, 'stopped');
}

function told(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve(signal);
      });
    }
  });
}

function databaseOf({ databaseUrl, supabase }: Config): 'supabase' | 'postgres' | 'embedded' {
  if (supabase !== null) return 'supabase';
  return databaseUrl === null ? 'embedded' : 'postgres';
}
