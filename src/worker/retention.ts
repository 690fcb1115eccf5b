// Retention's clock: once an hour what has been kept for long enough is pruned, step by step. States: `waiting` (for the
// hour, or a retry) → `pruning` (one step at a time, with a rest after each) → `waiting`; `stopped`.
import { setTimeout as sleep } from 'node:timers/promises';
import { Cron } from 'croner';
import type { Logger } from 'pino';
import { messageOf } from '../message-of.ts';
import type { RetentionStore } from '../store/retention.ts';

export interface RetentionOptions {
  readonly store: RetentionStore;
  /** Days that the bodies of deliveries are kept; null: for ever, and nothing is ever pruned. */
  readonly days: number | null;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** What wakes it; by default timers that keep no process from ending. */
  readonly alarms?: RetentionAlarms;
}

export interface RetentionAlarms {
  /** Rings once an hour; returns what calls it off. */
  hourly(ring: () => void): () => void;
  /** Rings once, after so many milliseconds; returns what calls it off. */
  after(milliseconds: number, ring: () => void): () => void;
  /** Resolves after so many milliseconds, or when the signal says so. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface Retention {
  /** Prunes what is due; resolves when that is done. */
  look(): Promise<void>;
  /** Takes no further step; resolves when the one under way is done. */
  stop(): Promise<void>;
}

/** Batches of one step: some milliseconds in which nothing is unpacked. */
const STEP = 100;
/** Milliseconds between two steps: what is received and decided goes before. */
const REST = 100;
/** Milliseconds until a store that could not prune is asked again. */
const TRY_AGAIN_AFTER = 5 * 60_000;

const timers: RetentionAlarms = {
  // Apart from the sweep, which has its minute too.
  hourly: (ring) => {
    const job = new Cron('41 47 * * * *', { timezone: 'UTC', unref: true }, ring);
    return () => job.stop();
  },
  after: (milliseconds, ring) => {
    const timer = setTimeout(ring, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  pause: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
  },
};

/** Starts the clock, which looks at once. */
export function startRetention({ store, days, log, alarms = timers }: RetentionOptions): Retention {
  const stopping = new AbortController();
  const { signal } = stopping;
  let looking = Promise.resolve();
  let forget: () => void = () => undefined;

  const ring = () => void look();
  const prune = async () => {
    forget();
    if (days === null) return;
    const gone = { deliveries: 0, bytes: 0 };
    try {
      for (let more = true; more && !signal.aborted; ) {
        const pruned = await store.prune({ days, batches: STEP });
        gone.deliveries += pruned?.deliveries ?? 0;
        gone.bytes += pruned?.bytes ?? 0;
        more = pruned?.more ?? false;
        if (more) await alarms.pause(REST, signal);
      }
    } catch (error) {
      const reason = messageOf(error);
      log.warn({ reason }, 'old bodies cannot be pruned; trying again');
      if (!signal.aborted) forget = alarms.after(TRY_AGAIN_AFTER, ring);
    }
    if (gone.deliveries > 0) log.info({ ...gone, days }, 'bodies of old deliveries were pruned');
  };
  const look = async () => {
    looking = looking.then(prune);
    await looking;
  };

  const endHours = alarms.hourly(ring);
  ring();
  return {
    look,
    stop: async () => {
      stopping.abort();
      endHours();
      forget();
      await looking;
    },
  };
}
