// Retention: once an hour what has been kept for long enough is pruned, one step at a time, with a rest after each.
import type { Logger } from 'pino';
import type { RetentionStore } from '../store/retention.ts';
import { type AlarmClock, type Alarms, machineAlarms, startAlarmClock } from './alarm-clock.ts';

export interface RetentionOptions {
  readonly store: RetentionStore;
  /** Days that the bodies of deliveries are kept; null: for ever, and nothing is ever pruned. */
  readonly days: number | null;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** The machine's by default. */
  readonly alarms?: Alarms;
}

/** Apart from the sweep, which has its minute too. */
const HOURLY = '41 47 * * * *';
/** Batches of one step: some milliseconds in which nothing is unpacked. */
const STEP = 100;
/** Milliseconds between two steps: what is received and decided goes before. */
const REST = 100;
/** Milliseconds until a store that could not prune is asked again. */
const TRY_AGAIN_AFTER = 5 * 60_000;

/** Prunes what is due at once, too. */
export function startRetention({ store, days, log, alarms = machineAlarms }: RetentionOptions): AlarmClock {
  const prune = async (stopping: AbortSignal) => {
    if (days === null) return;
    const gone = { deliveries: 0, bytes: 0 };
    try {
      for (let more = true; more && !stopping.aborted; ) {
        const pruned = await store.prune({ days, batches: STEP });
        gone.deliveries += pruned?.deliveries ?? 0;
        gone.bytes += pruned?.bytes ?? 0;
        more = pruned?.more ?? false;
        if (more) await alarms.pause(REST, stopping);
      }
    } finally {
      if (gone.deliveries > 0) log.info({ ...gone, days }, 'bodies of old deliveries were pruned');
    }
  };
  return startAlarmClock({
    times: HOURLY,
    job: prune,
    failed: (reason) => log.warn({ reason }, 'old bodies cannot be pruned; trying again'),
    tryAgainAfter: TRY_AGAIN_AFTER,
    alarms,
  });
}
