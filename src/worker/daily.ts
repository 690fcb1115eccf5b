// The day's beginning: when a UTC day begins, the store tells every issue and pull request of it; and when the rules have
// changed, for only then somebody may look at the time.
import type { Logger } from 'pino';
import type { RuleSet } from '../engine/rule.ts';
import type { Store } from '../store/store.ts';
import { type AlarmClock, type Alarms, machineAlarms, startAlarmClock } from './alarm-clock.ts';

export interface DailyOptions {
  readonly store: Pick<Store, 'beginDay'>;
  /** The active rules of this process; while none of them looks at the time, no day is begun. */
  readonly rules: () => Pick<RuleSet, 'isTimed'>;
  /** Called when there is work for the day. */
  readonly onBegun: () => void;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** The time it is; by default the machine's. */
  readonly clock?: () => Date;
  /** The machine's by default. */
  readonly alarms?: Alarms;
}

/** A second late: a timer may ring a moment early, and it would still be the day before. */
const DAILY = '1 0 0 * * *';
/** Milliseconds until a store that could not begin the day is asked again. */
const TRY_AGAIN_AFTER = 30_000;

/** Looks at once, too: a day that began while nobody was there is made good. */
export function startDaily(options: DailyOptions): AlarmClock {
  const { store, rules, onBegun, log, clock = () => new Date(), alarms = machineAlarms } = options;
  const today = () => clock().toISOString().slice(0, 10);
  const begin = async () => {
    if (!rules().isTimed) return;
    const day = today();
    const subjects = await store.beginDay(day);
    if (subjects === 0) return;
    log.info({ day, subjects }, 'a day has begun');
    onBegun();
  };
  return startAlarmClock({
    times: DAILY,
    job: begin,
    failed: (reason) => log.warn({ day: today(), reason }, 'the day cannot be begun; trying again'),
    tryAgainAfter: TRY_AGAIN_AFTER,
    alarms,
  });
}
