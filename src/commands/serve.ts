// `c4gt serve` and `c4gt worker`: run until told to stop, then finish what is held.
import { type Config, readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { start } from '../main.ts';

/**
 * Milliseconds from the signal to the end, whatever hangs. Kubernetes kills after 30 s, others sooner: either way what was
 * under way is made again by whoever comes next, as after a crash, and nothing that was acknowledged is lost.
 */
const GRACE = 25_000;

/** Resolves when SIGTERM or SIGINT has been obeyed; a second signal ends the process at once. */
export async function serve(halves: { listen: boolean; work: boolean }): Promise<void> {
  const config = readConfig(process.env, { webhookSecret: halves.listen });
  const log = createLog(config.logLevel);
  // Heard from the beginning: a signal during the start is obeyed after it.
  const stopping = told(() => {
    log.warn({ seconds: GRACE / 1000 }, 'not everything could be finished in time; whoever starts next does it again');
    process.exit(1);
  });
  const running = await start({ config, environment: process.env, log, ...halves });
  log.info({ url: running.url, database: databaseOf(config) }, 'ready');
  const signal = await stopping;
  log.info({ signal }, 'stopping');
  await running.stop();
  log.info({}, 'stopped');
}

function told(onLate: () => void): Promise<string> {
  return new Promise((resolve) => {
    let isTold = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (isTold) process.exit(130);
        isTold = true;
        setTimeout(onLate, GRACE).unref();
        resolve(signal);
      });
    }
  });
}

function databaseOf({ databaseUrl, supabase }: Config): 'supabase' | 'postgres' | 'embedded' {
  if (supabase !== null) return 'supabase';
  return databaseUrl === null ? 'embedded' : 'postgres';
}
