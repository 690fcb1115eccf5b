// Calls that are made one by one, by works that go on at the same time, carried out many at once: what a round trip, a
// statement and a flush to the disk cost is shared.
//
//   idle   nothing waits, or as many batches as there may be are under way.
//   due    something waits and there is room for a batch: at the end of the event loop's turn, when whatever was ready
//          to call has called, what waits and fits together goes.
//
// A batch that was undone for another's sake is carried out again. One that fails because the store is unavailable fails
// all its calls. One that fails for another reason is taken to hold a call that cannot be carried out: it is halved, and
// halved again, until that one fails alone.
import { type Commit, type Store, StoreContended, StoreUnavailable } from '../store/store.ts';
import type { DecidingStore } from './process-delivery.ts';

export interface BatchBounds<Item> {
  /** Batches under way at once. */
  readonly atOnce: number;
  /** Calls in one batch. */
  readonly most: number;
  /** Picks, of the calls that wait, those that go together; all by default. */
  readonly choose?: (waiting: readonly Item[]) => ReadonlySet<Item>;
}

/** Of a batch that is undone for another's sake each time. */
const MAX_TRIES = 3;

interface Call<Item, Result> {
  readonly item: Item;
  done(result: Result): void;
  failed(error: unknown): void;
}

/** `all` resolves to a result for each item, in their order. */
export function inBatches<Item extends object, Result>(
  all: (items: readonly Item[]) => Promise<readonly Result[]>,
  { atOnce, most, choose }: BatchBounds<Item>,
): (item: Item) => Promise<Result> {
  let waiting: Call<Item, Result>[] = [];
  let underWay = 0;
  let isDue = false;

  const next = (): Call<Item, Result>[] => {
    const first = waiting.slice(0, most);
    const chosen = choose?.(first.map(({ item }) => item));
    const taken = new Set(chosen === undefined ? first : first.filter(({ item }) => chosen.has(item)));
    waiting = waiting.filter((call) => !taken.has(call));
    return [...taken];
  };

  const carryOut = async (calls: readonly Call<Item, Result>[], tries = 1): Promise<void> => {
    try {
      const results = await all(calls.map(({ item }) => item));
      calls.forEach((call, index) => {
        if (index in results) call.done(results[index] as Result);
        else call.failed(new Error('the store did not answer for each of what it was asked'));
      });
    } catch (error) {
      if (error instanceof StoreContended && tries < MAX_TRIES) {
        await carryOut(calls, tries + 1);
        return;
      }
      if (calls.length === 1 || error instanceof StoreUnavailable) {
        for (const call of calls) call.failed(error);
        return;
      }
      const half = Math.ceil(calls.length / 2);
      await carryOut(calls.slice(0, half));
      await carryOut(calls.slice(half));
    }
  };

  const go = async (): Promise<void> => {
    isDue = false;
    if (waiting.length === 0 || underWay >= atOnce) return;
    underWay += 1;
    await carryOut(next());
    underWay -= 1;
    soon();
  };

  const soon = (): void => {
    if (isDue || waiting.length === 0 || underWay >= atOnce) return;
    isDue = true;
    setImmediate(() => void go());
  };

  return async (item) => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push({ item, done: resolve, failed: reject });
    soon();
    return promise;
  };
}

/** Subjects in one read, decisions in one transaction: as many as keep a request small and a lock short. */
const MOST_SUBJECTS = 128;
const MOST_DECISIONS = 64;

/** The part of the store that deciding needs, with the reads and the commits of concurrent works made together. */
export function decidingInBatches(store: DecidingStore & Pick<Store, 'commitAll'>): DecidingStore {
  const read = inBatches(
    async (asked: readonly (readonly string[])[]) => {
      const subjects = await store.subjects([...new Set(asked.flat())]);
      const known = new Map(subjects.map((subject) => [subject.key, subject]));
      return asked.map((keys) => keys.map((key) => known.get(key)));
    },
    { atOnce: 1, most: MOST_SUBJECTS },
  );
  const commit = inBatches(store.commitAll, { atOnce: 1, most: MOST_DECISIONS, choose: apart });
  return {
    ...store,
    commit,
    subjects: async (keys) => (await read(keys)).filter((subject) => subject !== undefined),
  };
}

/** Those of which none changes what another rests on: made together, all but the first of them would be conflicts. */
function apart(commits: readonly Commit[]): ReadonlySet<Commit> {
  const changed = new Set<string>();
  const restedOn = new Set<string>();
  const chosen = commits.filter(({ subject, consulted }) => {
    const own = [subject.key, `${subject.repository}#${subject.number}`.toLowerCase()];
    const others = consulted.map(({ key }) => key.toLowerCase());
    if (own.some((name) => changed.has(name) || restedOn.has(name)) || others.some((name) => changed.has(name)))
      return false;
    for (const name of own) changed.add(name);
    for (const name of others) restedOn.add(name);
    return true;
  });
  return new Set(chosen);
}
