// The daily clock: when a UTC day begins, the store tells every issue and pull request of it. States: `waiting` (for
// midnight, a retry, or to be told that the rules changed) → `asking` (one question at a time) → `waiting`; `stopped`.
import { Cron } from 'croner';
import type { Logger } from 'pino';
import type { RuleSet } from '../engine/rule.ts';
import { messageOf } from '../message-of.ts';
import type { Store } from '../store/store.ts';

export interface DailyOptions {
  readonly store: Pick<Store, 'beginDay'>;
  /** The active rules of this process; while none of them looks at the time, no day is begun. */
  readonly rules: () => Pick<RuleSet, 'isTimed'>;
  /** Called when there is work for the day. */
  readonly onBegun: () => void;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** The time it is; by default the machine's. */
  readonly clock?: () => Date;
  /** What wakes the clock; by default timers that keep no process from ending. */
  readonly alarms?: Alarms;
}

/** Ways to be woken; each returns what calls it off. */
export interface Alarms {
  /** Rings whenever a UTC day has begun. */
  daily(ring: () => void): () => void;
  /** Rings once, after so many milliseconds. */
  after(milliseconds: number, ring: () => void): () => void;
}

export interface Daily {
  /** Looks whether the day has to be begun: for when the rules have changed. Resolves when that is done. */
  look(): Promise<void>;
  /** Asks nothing any more; resolves when what was asked is answered. */
  stop(): Promise<void>;
}

/** Milliseconds until a store that could not begin the day is asked again. */
const TRY_AGAIN_AFTER = 30_000;

const timers: Alarms = {
  // A second late: a timer may ring a moment early, and it would still be the day before.
  daily: (ring) => {
    const job = new Cron('1 0 0 * * *', { timezone: 'UTC', unref: true }, ring);
    return () => job.stop();
  },
  after: (milliseconds, ring) => {
    const timer = setTimeout(ring, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

/** Starts the clock, which looks at once: a day that began while nobody was there is made good. */
export function startDaily(options: DailyOptions): Daily {
  const { store, rules, onBegun, log, clock = () => new Date(), alarms = timers } = options;
  let stopped = false;
  let looking = Promise.resolve();
  let forget: () => void = () => undefined;

  const ring = () => void look();
  const ask = async () => {
    forget();
    if (stopped || !rules().isTimed) return;
    const day = clock().toISOString().slice(0, 10);
    try {
      const subjects = await store.beginDay(day);
      if (subjects === 0) return;
      log.info({ day, subjects }, 'a day has begun');
      onBegun();
    } catch (error) {
      const reason = messageOf(error);
      log.warn({ day, reason }, 'the day cannot be begun; trying again');
      if (!stopped) forget = alarms.after(TRY_AGAIN_AFTER, ring);
    }
  };
  const look = async () => {
    looking = looking.then(ask);
    await looking;
  };

  const endDays = alarms.daily(ring);
  ring();
  return {
    look,
    stop: async () => {
      stopped = true;
      endDays();
      forget();
      await looking;
    },
  };
}
