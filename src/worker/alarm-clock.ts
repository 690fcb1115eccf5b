// An alarm clock: at once, and at set times, one job is done, never twice at the same time. States: `waiting` (for the
// time, for a retry, or to be told to look) → `at work` → `waiting`; `stopped`.
import { setTimeout as sleep } from 'node:timers/promises';
import { Cron } from 'croner';
import { messageOf } from '../message-of.ts';

/** What tells the time. */
export interface Alarms {
  /** Rings at these times in UTC, `17 23 * * * *` (second, minute, …); returns what calls it off. */
  at(times: string, ring: () => void): () => void;
  /** Rings once, after so many milliseconds; returns what calls it off. */
  after(milliseconds: number, ring: () => void): () => void;
  /** Resolves after so many milliseconds, or when the signal says so. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The machine's. No alarm keeps a process from ending; a pause is part of some work, and does. */
export const machineAlarms: Alarms = {
  at: (times, ring) => {
    const job = new Cron(times, { timezone: 'UTC', unref: true }, ring);
    return () => job.stop();
  },
  after: (milliseconds, ring) => {
    const timer = setTimeout(ring, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  pause: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  },
};

export interface AlarmClockOptions {
  readonly times: string;
  /** The signal says that the clock is stopped. */
  readonly job: (signal: AbortSignal) => Promise<void>;
  /** Told why the job failed: most often the store is away. It is done again after so many milliseconds. */
  readonly failed: (reason: string) => void;
  readonly tryAgainAfter: number;
  readonly alarms: Alarms;
}

export interface AlarmClock {
  /** Does the job now, or after the one under way; resolves when it is done. */
  look(): Promise<void>;
  /** Begins nothing any more; resolves when what is under way is done. */
  stop(): Promise<void>;
}

/** Looks at once. */
export function startAlarmClock({ times, job, failed, tryAgainAfter, alarms }: AlarmClockOptions): AlarmClock {
  const stopping = new AbortController();
  const { signal } = stopping;
  let looking = Promise.resolve();
  let forget: () => void = () => undefined;

  const ring = () => void look();
  const doIt = async () => {
    forget();
    if (signal.aborted) return;
    try {
      await job(signal);
    } catch (error) {
      if (signal.aborted) return;
      failed(messageOf(error));
      forget = alarms.after(tryAgainAfter, ring);
    }
  };
  const look = async () => {
    looking = looking.then(doIt);
    await looking;
  };

  const callOff = alarms.at(times, ring);
  ring();
  return {
    look,
    stop: async () => {
      stopping.abort();
      callOff();
      forget();
      await looking;
    },
  };
}
