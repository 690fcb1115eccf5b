// One try of a piece of work. Whose fault an error is decides what becomes of the work: the payload's, the store's,
// GitHub's, or ours.
import type { Logger } from 'pino';
import { messageOf } from '../message-of.ts';
import { InvalidPayload } from '../models/validate.ts';
import { type Store, StoreUnavailable, type Work } from '../store/store.ts';
import { Delayed } from './ask-github.ts';
import { type Processing, processDelivery } from './process-delivery.ts';

export interface Attempting {
  readonly store: Pick<Store, 'begin' | 'postpone' | 'bury'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly processing: Processing;
}

/** Tries of one piece of work before it becomes a dead letter. */
const MAX_ATTEMPTS = 5;
/** Claims of it, by workers of which most may have died over something else. */
const MAX_CLAIMS = 100;
/** Seconds until work is claimed again, or looked for, by a worker whose rules are not the active ones. */
export const STANDING_BY = 2;

/** Never throws: what the store does not hear of is retaken when its claim ends. */
export async function attempt(
  { store, log, processing }: Attempting,
  work: Work,
): Promise<'processed' | 'not now' | 'other rules'> {
  const about = {
    delivery: work.delivery?.guid,
    event: work.delivery?.event,
    subject: work.subject,
    occasion: work.occasion?.event,
    attempt: work.attempt,
  };
  let tries = 1;
  const fail = async (error: unknown): Promise<void> => {
    const reason = messageOf(error);
    if (error instanceof StoreUnavailable) {
      log.warn({ ...about, reason }, 'store unavailable; the work will be retaken');
    } else if (error instanceof Delayed) {
      log.warn({ ...about, reason }, 'GitHub cannot be asked now; will be tried again');
      await store.postpone(work, error.seconds, reason, 'uncounted');
    } else if (error instanceof InvalidPayload || tries >= MAX_ATTEMPTS) {
      log.error({ ...about, reason }, 'dead letter');
      await store.bury(work, reason);
    } else {
      log.warn({ ...about, reason }, 'failed; will be tried again');
      await store.postpone(work, 2 ** tries, reason);
    }
  };
  try {
    if (work.attempt > 1 || work.failures > 0) tries = await store.begin(work);
    const begun = work.delivery === null ? work.attempt : tries;
    if (begun > (work.delivery === null ? MAX_CLAIMS : MAX_ATTEMPTS))
      throw new InvalidPayload(`tried ${begun - 1} times and never finished`);
    const onRuleError = (rule: string, subject: string, reason: string) =>
      log.error({ rule, subject, reason }, 'a rule failed; what stood by it stays');
    const processed = await processDelivery({ ...processing, onRuleError }, work);
    if (processed === 'other rules') {
      log.warn(about, 'other rules are active than those of this process; standing by');
      await store.postpone(work, STANDING_BY, 'waiting for the active rules', 'uncounted');
      return 'other rules';
    }
    if (processed === 'contended') await store.postpone(work, 1, 'its subject was changing all the time', 'uncounted');
    return 'processed';
  } catch (error) {
    await fail(error).catch((second: unknown) =>
      log.warn({ ...about, reason: messageOf(second) }, 'store unavailable; the work will be retaken'),
    );
    return 'not now';
  }
}
