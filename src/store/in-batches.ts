// Calls of the store that are made one by one, by whatever goes on at the same time, carried out many at once: what a round
// trip, a statement and a flush to the disk cost is shared.
//
//   idle   nothing waits, or as many batches as there may be are under way.
//   due    something waits and there is room for a batch: at the end of the event loop's turn, when whatever was ready
//          to call has called, what waits and fits together goes.
//
// A batch that was undone for another's sake is carried out again. One that fails because the store is unavailable fails
// all its calls. One that fails for another reason is taken to hold a call that cannot be carried out: it is halved, and
// halved again, until that one fails alone.
import { StoreContended, StoreUnavailable } from './store.ts';

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
    underWay += 1;
    const batch = carryOut(next());
    // What did not fit into it may go beside it.
    soon();
    await batch;
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
