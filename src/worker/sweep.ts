// The sweep: once an hour, over all processes, what GitHub wanted to tell us is compared with what is here. It is held in
// the store meanwhile, so that nobody else does it; without credentials nothing is asked, and the status says why.
import type { Logger } from 'pino';
import type { GitHubApp } from '../github/github.ts';
import type { CoverageStore } from '../store/coverage.ts';
import { type AlarmClock, type Alarms, machineAlarms, startAlarmClock } from './alarm-clock.ts';
import { NO_CREDENTIALS } from './backfill.ts';
import { publicReason } from './public-reason.ts';
import { type Swept, sweepOnce } from './sweep-once.ts';

export interface SweepOptions {
  readonly store: Pick<
    CoverageStore,
    'noteConnection' | 'beginSweep' | 'alignInstallations' | 'lacking' | 'endSweep' | 'failSweep'
  >;
  /** Null without credentials. */
  readonly github: GitHubApp | null;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Called after a sweep: there may be something to be looked through. */
  readonly onSwept?: () => void;
  /** The time it is; by default the machine's. */
  readonly clock?: () => Date;
  /** The machine's by default. */
  readonly alarms?: Alarms;
  /** Attempts at deliveries that are read of GitHub's log; by default as many as there is time for. */
  readonly mostLogged?: number;
}

/** Not on the hour, when everybody asks GitHub. */
const HOURLY = '17 23 * * * *';
/** Milliseconds until a sweep that failed is tried again. */
const TRY_AGAIN_AFTER = 5 * 60_000;
/** Seconds that one sweep may take. What of the store is held for it ends a minute later. */
const LONGEST = 14 * 60;
/** Seconds from the end of a sweep in which no other one is due: less than an hour, for it takes its time. */
const INTERVAL = 45 * 60;

/** Sweeps at once, too, unless that was done within the hour. */
export function startSweep(options: SweepOptions): AlarmClock {
  const { log, alarms = machineAlarms, onSwept } = options;
  const sweep = async (stopping: AbortSignal) => {
    if ((await sweepNow(options, { interval: INTERVAL, signal: stopping })) !== null) onSwept?.();
  };
  return startAlarmClock({
    times: HOURLY,
    job: sweep,
    failed: (reason) => log.warn({ reason }, 'the sweep failed; trying again'),
    tryAgainAfter: TRY_AGAIN_AFTER,
    alarms,
  });
}

/**
 * One sweep, unless one is under way, or the last one ended less than `interval` seconds ago, or there are no credentials;
 * then it is null. Throws what has kept it from its end, which the status then tells too.
 */
export async function sweepNow(
  options: SweepOptions,
  { interval, signal: stopping }: { readonly interval: number; readonly signal?: AbortSignal },
): Promise<Swept | null> {
  const { store, github, log, clock = () => new Date(), alarms = machineAlarms, mostLogged } = options;
  await store.noteConnection(github === null ? NO_CREDENTIALS : null);
  if (github === null) return null;
  const sweep = await store.beginSweep({ visibility: LONGEST + 60, interval });
  if (sweep === null) return null;
  const signal = AbortSignal.any([AbortSignal.timeout(LONGEST * 1000), ...(stopping ? [stopping] : [])]);
  const pause = (milliseconds: number) => alarms.pause(milliseconds, signal);
  try {
    const swept = await sweepOnce({ store, github, clock, pause, signal, mostLogged }, sweep);
    if (swept !== null) report(log, swept);
    return swept;
  } catch (error) {
    const reason = stopping?.aborted ? 'its process was stopped' : publicReason(error);
    // The store may be what failed; then the lease ends by itself.
    await store.failSweep(sweep, reason).catch(() => undefined);
    throw error;
  }
}

function report(log: SweepOptions['log'], { lost, since, installations, ...counts }: Swept): void {
  for (const guid of lost)
    log.error({ delivery: guid }, 'a delivery is lost: GitHub could not bring it; what it told is asked for instead');
  if (since !== null)
    log.warn({ since }, 'longer away than GitHub’s log of deliveries reaches: all that changed is asked for');
  if (Object.keys(installations).length > 0) log.info({ installations }, 'installations have changed');
  if (counts.redelivered > 0 || counts.missing > 0)
    log.info(counts, 'GitHub was asked to deliver again what is missing');
}
