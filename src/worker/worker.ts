// The worker's loop. States: `idle` (nothing in hand; waits for a wake or the poll interval) → `working` (has some work in
// hand, which it finishes whatever happens, and claims more as that becomes less) → `idle`; `alone` from `working`: one
// piece of work at a time, of a claim that somebody had before; `standing by` while other rules are active than those of
// this process: nothing is claimed until they are again; `stopping` from any: nothing new is claimed, what is in hand is
// finished. What is in hand stays hidden from other workers for as long as this process lives.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { GitHubApp } from '../github/github.ts';
import { messageOf } from '../message-of.ts';
import type { Store, Work } from '../store/store.ts';
import { type Asking, openAsking } from './ask-github.ts';
import { attempt, STANDING_BY } from './attempt.ts';
import { decidingInBatches } from './deciding-in-batches.ts';
import { startLoop } from './loop.ts';
import type { Processing } from './process-delivery.ts';
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

/** Works begun one after the other, at a millisecond or less each, before the process sees to other things. */
const AT_A_STRETCH = 8;
/** Milliseconds between looks for work that another process queued. */
const POLL = 500;

export function startWorker(options: WorkerOptions): Worker {
  const { store, log, github = null, concurrency, visibility } = options;
  const hand = createHand(options, github === null ? null : openAsking(github));
  const stopping = new AbortController();

  const round = async (): Promise<number> => {
    if (hand.standingBy && (await store.activeRules()) !== options.rules().version) return STANDING_BY * 1000;
    hand.standingBy = false;
    const batch = await store.claim(concurrency - hand.works.size, visibility);
    if (batch.length === 0) return POLL;
    // Something that was claimed before may have ended its process: one at a time shows which.
    if (batch.some((work) => work.attempt > 1)) await hand.takeAlone(batch);
    else await hand.take(batch);
    // As soon as half of it is done, so that the store has something to do while the other half is decided.
    await hand.atMost(concurrency / 2);
    return 0;
  };

  const keep = async () => {
    if (hand.claimed.size === 0) return;
    await store.extend([...hand.claimed], visibility).catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, 'cannot keep what is in hand from being retaken');
    });
  };
  const heartbeat = setInterval(() => void keep(), (visibility * 1000) / 3);
  heartbeat.unref();

  const loop = startLoop({
    round,
    stopping: stopping.signal,
    failed: (reason) => log.warn({ reason }, 'cannot claim work; trying again'),
  });
  return {
    wake: loop.wake,
    stop: async () => {
      stopping.abort();
      await loop.over;
      await hand.atMost(0);
      clearInterval(heartbeat);
    },
  };
}

/** What a worker has in hand. */
function createHand(options: WorkerOptions, asking: Asking | null) {
  const { store, log, visibility } = options;
  const works = new Set<Work>();
  const claimed = new Set<Work>();
  const processing = { ...options, store: decidingInBatches(store), inTurn: createTurns() };
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
    const ask = asking?.of(work, AbortSignal.timeout((visibility * 1000) / 2)) ?? null;
    const done = await attempt({ store, log, processing: { ...processing, ask } }, work);
    if (done === 'other rules') hand.standingBy = true;
    else if (done === 'processed') asking?.done(work);
    works.delete(work);
    claimed.delete(work);
    lessened.resolve();
    lessened = Promise.withResolvers();
  }

  return hand;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
