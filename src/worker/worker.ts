// The worker's loop. States: `idle` (nothing claimed; waits for a wake or the poll interval) → `working` (holds a batch
// that it finishes whatever happens) → `idle`; `standing by` while other rules are active than those of this process:
// nothing is claimed until they are again; `stopping` from any: nothing new is claimed, what is held is finished.
import type { Logger } from 'pino';
import type { GitHubApp } from '../github/github.ts';
import { InvalidPayload } from '../models/validate.ts';
import { type Store, StoreUnavailable, type Work } from '../store/store.ts';
import { type Asking, Delayed, openAsking } from './ask-github.ts';
import { type Processing, processDelivery } from './process-delivery.ts';

export interface WorkerOptions extends Omit<Processing, 'ask'> {
  readonly store: Store;
  /** Where rules' questions go that no payload answers; null without credentials. */
  readonly github?: GitHubApp | null;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** How many deliveries are in work at once in this process. */
  readonly concurrency: number;
  /** Seconds for which claimed work is hidden from other workers; a dead worker's work is retaken after them. */
  readonly visibility: number;
}

export interface Worker {
  /** Says that there may be work, so that it need not wait for the next poll. */
  wake(): void;
  /** Finishes what is held, then resolves. */
  stop(): Promise<void>;
}

/** Tries of one piece of work before it becomes a dead letter. */
const MAX_ATTEMPTS = 5;
const BATCH = 50;
/** Milliseconds between looks for work that another process queued. */
const POLL = 500;
/** Milliseconds of rest when the store is away or the rules of this process are not the active ones. */
const REST = 2_000;

export function startWorker(options: WorkerOptions): Worker {
  const { store, log, github = null } = options;
  const asking = github === null ? null : openAsking(github);
  let stopping = false;
  let signal = Promise.withResolvers<void>();
  let awake = false;

  const wake = () => {
    awake = true;
    signal.resolve();
  };
  const rest = async (milliseconds: number) => {
    if (awake || stopping) return;
    const timer = setTimeout(() => signal.resolve(), milliseconds);
    await signal.promise;
    clearTimeout(timer);
  };

  let standingBy = false;

  const loop = async () => {
    while (!stopping) {
      awake = false;
      signal = Promise.withResolvers();
      try {
        if (standingBy && (await store.activeRules()) !== options.rules().version) {
          await rest(REST);
          continue;
        }
        const batch = await store.claim(BATCH, options.visibility);
        standingBy = await workOff(options, batch, asking);
        if (batch.length === 0) await rest(POLL);
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'cannot claim work; trying again');
        awake = false;
        await rest(REST);
      }
    }
  };

  const running = loop();
  return {
    wake,
    stop: async () => {
      stopping = true;
      wake();
      await running;
    },
  };
}

/** Works a batch off with bounded concurrency; true when it turned out that other rules are active. */
async function workOff(options: WorkerOptions, batch: readonly Work[], asking: Asking | null): Promise<boolean> {
  const left = [...batch];
  let otherRules = false;
  // GitHub may take its time over each question; a batch that is not done when its claim ends would be done twice. What
  // finds no time left to ask is postponed, and goes on from the answers it has.
  const github = asking && { asking, signal: AbortSignal.timeout((options.visibility * 1000) / 2) };
  const lane = async () => {
    for (let work = left.shift(); work !== undefined; work = left.shift()) {
      const done = await attempt(options, work, github);
      otherRules ||= done === 'other rules';
    }
  };
  // Something in a batch that was claimed before may have ended its process: one at a time shows which.
  const lanes = batch.some((work) => work.attempt > 1) ? 1 : options.concurrency;
  await Promise.all(Array.from({ length: Math.min(lanes, batch.length) }, lane));
  return otherRules;
}

/** One try. Whose fault an error is decides what becomes of the work: the payload's, the store's, or ours. */
async function attempt(
  options: WorkerOptions,
  work: Work,
  github: { readonly asking: Asking; readonly signal: AbortSignal } | null,
): Promise<'done' | 'other rules'> {
  const about = {
    delivery: work.delivery?.guid,
    event: work.delivery?.event,
    subject: work.subject,
    occasion: work.occasion?.event,
    attempt: work.attempt,
  };
  const { store, log } = options;
  let tries = work.attempt;
  try {
    tries = work.attempt === 1 ? 1 : await store.begin(work);
    if (tries > MAX_ATTEMPTS) throw new InvalidPayload(`tried ${tries - 1} times and never finished`);
    const onRuleError = (rule: string, subject: string, reason: string) =>
      log.error({ rule, subject, reason }, 'a rule failed; what stood by it stays');
    const ask = github?.asking.of(work, github.signal) ?? null;
    const processed = await processDelivery({ ...options, ask, onRuleError }, work);
    if (processed === 'other rules') {
      log.warn(about, 'other rules are active than those of this process; standing by');
      await store.postpone(work, REST / 1000, 'waiting for the active rules', 'uncounted');
      return 'other rules';
    }
    github?.asking.done(work);
    if (processed === 'contended') await store.postpone(work, 1, 'its subject was changing all the time', 'uncounted');
    return 'done';
  } catch (error) {
    const reason = messageOf(error);
    try {
      if (error instanceof StoreUnavailable)
        log.warn({ ...about, reason }, 'store unavailable; the work will be retaken');
      else if (error instanceof Delayed) {
        log.warn({ ...about, reason }, 'GitHub cannot be asked now; will be tried again');
        await store.postpone(work, error.seconds, reason, 'uncounted');
      } else if (error instanceof InvalidPayload || tries >= MAX_ATTEMPTS) {
        log.error({ ...about, reason }, 'dead letter');
        await store.bury(work, reason);
      } else {
        log.warn({ ...about, reason }, 'failed; will be tried again');
        await store.postpone(work, 2 ** tries, reason);
      }
    } catch (second) {
      log.warn({ ...about, reason: messageOf(second) }, 'store unavailable; the work will be retaken');
    }
    return 'done';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
