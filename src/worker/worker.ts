// The worker's loop. States: `idle` (nothing in hand; waits for a wake or the poll interval) → `working` (has some work in
// hand, which it finishes whatever happens, and claims more as that becomes less) → `idle`; `alone` from `working`: one
// piece of work at a time, of a claim that somebody had before; `standing by` while other rules are active than those of
// this process: nothing is claimed until they are again; `stopping` from any: nothing new is claimed, what is in hand is
// finished. What is in hand stays hidden from other workers for as long as this process lives.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { GitHubApp } from '../github/github.ts';
import { InvalidPayload } from '../models/validate.ts';
import { type Store, StoreUnavailable, type Work } from '../store/store.ts';
import { type Asking, Delayed, openAsking } from './ask-github.ts';
import { decidingInBatches } from './in-batches.ts';
import { type Processing, processDelivery } from './process-delivery.ts';
import { createTurns } from './turns.ts';

export interface WorkerOptions extends Omit<Processing, 'ask' | 'inTurn'> {
  readonly store: Store;
  /** Where rules' questions go that no payload answers; null without credentials. */
  readonly github?: GitHubApp | null;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** How many pieces of work are in hand at once in this process: as many as are read and committed together at most. */
  readonly concurrency: number;
  /** Seconds for which claimed work is hidden from other workers; a dead worker's work is retaken after them. */
  readonly visibility: number;
}

export interface Worker {
  /** Says that there may be work, so that it need not wait for the next poll. */
  wake(): void;
  /** Finishes what is in hand, then resolves. */
  stop(): Promise<void>;
}

/** Tries of one piece of work before it becomes a dead letter. */
const MAX_ATTEMPTS = 5;
/** Claims of it, by workers of which most may have died over something else. */
const MAX_CLAIMS = 100;
/** Works begun one after the other, at a millisecond or less each, before the process sees to other things. */
const AT_A_STRETCH = 8;
/** Milliseconds between looks for work that another process queued. */
const POLL = 500;
/** Milliseconds of rest when the store is away or the rules of this process are not the active ones. */
const REST = 2_000;

export function startWorker(options: WorkerOptions): Worker {
  const { store, log, github = null, concurrency, visibility } = options;
  const hand = createHand(options, github === null ? null : openAsking(github));
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

  const loop = async () => {
    while (!stopping) {
      awake = false;
      signal = Promise.withResolvers();
      try {
        if (hand.standingBy && (await store.activeRules()) !== options.rules().version) {
          await rest(REST);
          continue;
        }
        hand.standingBy = false;
        const batch = await store.claim(concurrency - hand.works.size, visibility);
        // Something that was claimed before may have ended its process: one at a time shows which.
        if (batch.some((work) => work.attempt > 1)) await hand.takeAlone(batch);
        else await hand.take(batch);
        if (batch.length === 0) await rest(POLL);
        // As soon as half of it is done, so that the store has something to do while the other half is decided.
        else await hand.atMost(concurrency / 2);
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'cannot claim work; trying again');
        awake = false;
        await rest(REST);
      }
    }
    await hand.atMost(0);
  };

  const keep = async () => {
    if (hand.claimed.size === 0) return;
    await store.extend([...hand.claimed], visibility).catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, 'cannot keep what is in hand from being retaken');
    });
  };
  const heartbeat = setInterval(() => void keep(), (visibility * 1000) / 3);
  heartbeat.unref();

  const running = loop().finally(() => clearInterval(heartbeat));
  return {
    wake,
    stop: async () => {
      stopping = true;
      wake();
      await running;
    },
  };
}

/** What a worker has in hand. */
function createHand(options: WorkerOptions, asking: Asking | null) {
  const works = new Set<Work>();
  const claimed = new Set<Work>();
  const processing = { ...options, store: decidingInBatches(options.store), inTurn: createTurns() };
  let lessened = Promise.withResolvers<void>();

  const hand = {
    works: works as ReadonlySet<Work>,
    /** Those, and what waits until they are done: all that is to stay hidden from other workers. */
    claimed: claimed as ReadonlySet<Work>,
    /** Other rules were active than those of this process. */
    standingBy: false,

    /** Begins with each of a batch, and lets the process see to other things in between. */
    async take(batch: readonly Work[]): Promise<void> {
      for (const work of batch) hold(work);
      for (const [index, work] of batch.entries()) {
        void workOn(work);
        if (index % AT_A_STRETCH === AT_A_STRETCH - 1) await nextTurn();
      }
    },

    /** Works a batch off one by one, with nothing else in hand. */
    async takeAlone(batch: readonly Work[]): Promise<void> {
      for (const work of batch) claimed.add(work);
      await hand.atMost(0);
      for (const work of batch) hold(work);
      // By chance: what ends its process keeps nobody behind it waiting, and what was begun with it is another each time.
      for (const work of shuffled(batch)) await workOn(work);
    },

    /** Waits until so much is in hand. */
    async atMost(count: number): Promise<void> {
      while (works.size > count) await lessened.promise;
    },
  };

  function hold(work: Work): void {
    works.add(work);
    claimed.add(work);
  }

  async function workOn(work: Work): Promise<void> {
    // GitHub may take its time over each question. What finds no time left to ask is postponed, and goes on from the
    // answers it has.
    const ask = asking?.of(work, AbortSignal.timeout((options.visibility * 1000) / 2)) ?? null;
    const done = await attempt(options, { ...processing, ask }, work);
    if (done === 'other rules') hand.standingBy = true;
    else if (done === 'processed') asking?.done(work);
    works.delete(work);
    claimed.delete(work);
    lessened.resolve();
    lessened = Promise.withResolvers();
  }

  return hand;
}

/** One try. Whose fault an error is decides what becomes of the work: the payload's, the store's, or ours. */
async function attempt(
  options: WorkerOptions,
  processing: Processing,
  work: Work,
): Promise<'processed' | 'not now' | 'other rules'> {
  const about = {
    delivery: work.delivery?.guid,
    event: work.delivery?.event,
    subject: work.subject,
    occasion: work.occasion?.event,
    attempt: work.attempt,
  };
  const { store, log } = options;
  let tries = 1;
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
      await store.postpone(work, REST / 1000, 'waiting for the active rules', 'uncounted');
      return 'other rules';
    }
    if (processed === 'contended') await store.postpone(work, 1, 'its subject was changing all the time', 'uncounted');
    return 'processed';
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
    return 'not now';
  }
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
