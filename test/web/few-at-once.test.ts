// A flood of readers: few read at once, some wait, and whoever is too many is told when to ask again.
import { expect } from 'chai';
import type { Store } from '../../src/store/store.ts';
import { until } from '../support/until.ts';
import { expectProblem, type Serving, serve } from './serving.ts';

/** A store whose reads end when the test says so. */
function hangingStore() {
  const reading: (() => void)[] = [];
  const store = {
    tickets: async () => {
      await new Promise<void>((resolve) => reading.push(resolve));
      return { tickets: [], total: 0 };
    },
    leaderboard: async () => ({ entries: [], total: 0 }),
    ping: async () => undefined,
  } as Partial<Store> as Store;
  return { store, reading };
}

describe('a flood of readers', () => {
  let serving: Serving | undefined;
  afterEach(() => serving?.stop());

  it('is answered a few at a time, in their order, and beyond those who wait with when to ask again', async () => {
    const { store, reading } = hangingStore();
    serving = await serve(store, { reading: { atOnce: 2, waiting: 3, patience: 60_000 } });
    const { ask } = serving;
    const asked: ReturnType<Serving['ask']>[] = [];
    const answered: number[] = [];
    // One after another, so that it is known who was first.
    for (let number = 0; number < 5; number += 1) {
      asked.push(ask('/api/tickets').finally(() => answered.push(number)));
      await ask('/healthz');
    }
    for (let more = 0; more < 3; more += 1) {
      const answer = await ask('/api/leaderboard');
      expectProblem(answer, 503, /in a moment/);
      expect(answer.headers.get('retry-after')).to.equal('1');
    }
    for (let number = 0; number < 5; number += 1) {
      await until('the next is read', () => reading.length === Math.min(5, number + 2));
      reading[number]?.();
      await asked[number];
    }
    expect(answered).to.deep.equal([0, 1, 2, 3, 4]);
    for (const answer of asked) expect((await answer).status).to.equal(200);
    // Every place is free again.
    for (let again = 0; again < 6; again += 1) expect((await ask('/api/leaderboard')).status).to.equal(200);
  });

  it('does not wait for ever while the database hangs, nor keeps those waiting who watch over the process', async () => {
    const { store, reading } = hangingStore();
    serving = await serve(store, { reading: { atOnce: 1, waiting: 10, patience: 50 } });
    const { ask } = serving;
    const hanging = ask('/api/tickets');
    await until('it hangs', () => reading.length === 1);
    expectProblem(await ask('/api/tickets'), 503, /in a moment/);
    for (const path of ['/healthz', '/readyz']) expect((await ask(path)).status, path).to.equal(200);
    reading[0]?.();
    expect((await hanging).status).to.equal(200);
  });
});
