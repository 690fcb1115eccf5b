// Deliveries that arrive together are committed together, in order, and one that cannot be stored harms no other.
import { randomUUID } from 'node:crypto';
import { setTimeout, setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { type CommitBounds, createGroupCommit } from '../../src/listener/group-commit.ts';
import { type IncomingDelivery, StoreUnavailable } from '../../src/store/store.ts';
import { createFakeStore, listen, send } from './listening.ts';

const roomy: CommitBounds = { commits: 1, batchDeliveries: 128, batchBytes: 1_000_000, heldBytes: 10_000_000 };

const delivery = (event: string, bytes = 1): IncomingDelivery => ({
  guid: randomUUID(),
  event,
  body: new Uint8Array(bytes),
});
const names = (length: number): string[] => Array.from({ length }, (_, index) => `event_${index}`);

/** A group commit over a fake store whose commits wait for `go`, so that everything behind the first gathers. */
function gathering(bounds: Partial<CommitBounds> = {}) {
  const store = createFakeStore();
  const gate = Promise.withResolvers<void>();
  store.before = () => gate.promise;
  const commit = createGroupCommit(store.receive, { ...roomy, ...bounds });
  const sizes = (): number[] => store.batches.map((batch) => batch.length);
  return { store, commit, sizes, go: gate.resolve, events: () => store.deliveries.map(({ event }) => event) };
}

describe('group commit', () => {
  it('commits a lone delivery without waiting for others', async () => {
    const { commit, go, sizes } = gathering();
    go();
    await commit(delivery('issues'));
    expect(sizes()).to.deep.equal([1]);
  });

  it('commits everything that arrived during a commit in the next one, in order', async () => {
    const { commit, go, sizes, events } = gathering();
    const first = commit(delivery('first'));
    await turn();
    const all = names(99);
    const done = Promise.all(all.map((event) => commit(delivery(event))));
    go();
    await Promise.all([first, done]);
    expect(sizes()).to.deep.equal([1, 99]);
    expect(events()).to.deep.equal(['first', ...all]);
  });

  it('has as many commits under way as the bounds say, and lets none wait for another', async () => {
    const store = createFakeStore();
    const slow = Promise.withResolvers<void>();
    let [underWay, most] = [0, 0];
    store.before = async (batch) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await (batch.some(({ event }) => event === 'slow') ? slow.promise : setTimeout(5));
      underWay -= 1;
    };
    const commit = createGroupCommit(store.receive, { ...roomy, commits: 2, batchDeliveries: 3 });
    const first = commit(delivery('slow'));
    await turn();
    await Promise.all(names(9).map((event) => commit(delivery(event))));
    expect(store.batches.map((batch) => batch.length)).to.deep.equal([3, 3, 3]);
    slow.resolve();
    await first;
    expect(most).to.equal(2);
  });

  it('puts no more into one commit than the bounds say, and a larger delivery alone', async () => {
    const { commit, go, store, events } = gathering({ batchDeliveries: 3, batchBytes: 100 });
    const sizes = [10, 10, 10, 10, 90, 20, 500, 50, 50, 1];
    const done = Promise.all(sizes.map((size, index) => commit(delivery(`event_${index}`, size))));
    go();
    await done;
    const committed = store.batches.map((batch) => batch.map(({ body }) => body.length));
    expect(committed).to.deep.equal([[10, 10, 10], [10, 90], [20], [500], [50, 50], [1]]);
    expect(events()).to.deep.equal(names(sizes.length));
  });

  it('keeps order and settles everything, however deliveries arrive and whichever cannot be stored', async () => {
    const arrivals = fc.array(fc.record({ turns: fc.nat(3), bytes: fc.nat(60), poison: fc.boolean() }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 3 }), async (all, commits) => {
        const store = createFakeStore();
        store.before = async (batch) => {
          await setTimeout(0);
          if (batch.some(({ event }) => event.startsWith('poison'))) throw new Error('cannot store this');
        };
        const commit = createGroupCommit(store.receive, {
          commits,
          batchDeliveries: 5,
          batchBytes: 100,
          heldBytes: 10_000,
        });
        const outcomes: Promise<boolean>[] = [];
        for (const [index, { turns, bytes, poison }] of all.entries()) {
          for (let turn = 0; turn < turns; turn += 1) await setTimeout(0);
          const stored = commit(delivery(`${poison ? 'poison' : 'event'}_${index}`, bytes));
          outcomes.push(stored.then(() => true).catch(() => false));
        }
        expect(await Promise.all(outcomes)).to.deep.equal(all.map(({ poison }) => !poison));
        const expected = all.flatMap(({ poison }, index) => (poison ? [] : [`event_${index}`]));
        const stored = store.deliveries.map(({ event }) => event);
        if (commits === 1) expect(stored).to.deep.equal(expected);
        else expect(stored).to.have.members(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('finds the one that cannot be stored in a few commits, not in one for each', async () => {
    let calls = 0;
    const { commit, go, store } = gathering();
    store.before = (batch) => {
      calls += 1;
      if (batch.some(({ event }) => event === 'event_77')) throw new Error('cannot store this');
    };
    go();
    const outcomes = await Promise.allSettled(names(128).map((event) => commit(delivery(event))));
    expect(outcomes.filter(({ status }) => status === 'rejected').length).to.equal(1);
    expect(calls).to.be.lessThan(20);
  });

  it('does not try one by one while the store is unavailable', async () => {
    const { commit, store } = gathering();
    let calls = 0;
    store.before = async () => {
      calls += 1;
      await setTimeout(5);
      throw new StoreUnavailable('restarting');
    };
    const outcomes = await Promise.allSettled(names(50).map((event) => commit(delivery(event))));
    expect(outcomes.every(({ status }) => status === 'rejected')).to.equal(true);
    expect(calls).to.equal(1);
  });

  it('refuses new deliveries when too much is waiting, and takes them again afterwards', async () => {
    const { commit, go, sizes } = gathering({ heldBytes: 100 });
    const held = Promise.all([commit(delivery('one', 60)), commit(delivery('another', 40))]);
    const refused = await commit(delivery('third', 1)).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(StoreUnavailable);
    go();
    await held;
    await commit(delivery('fourth', 100));
    await commit(delivery('larger than all that may wait', 101));
    expect(sizes()).to.deep.equal([2, 1, 1]);
  });

  it('answers 200 concurrent deliveries with a handful of commits', async () => {
    const listening = await listen();
    listening.store.before = async () => {
      await setTimeout(30);
    };
    const answers = await Promise.all(names(200).map(() => send(listening.port)));
    expect(answers.every(({ status }) => status === 202)).to.equal(true);
    expect(new Set(listening.store.deliveries.map(({ guid }) => guid)).size).to.equal(200);
    expect(listening.store.batches.length).to.be.lessThan(30);
    await listening.stop();
  });

  it('answers 503 to the one that cannot be stored and 202 to its neighbours', async () => {
    const listening = await listen();
    listening.store.before = async (batch) => {
      await setTimeout(20);
      if (batch.some(({ body }) => body.length === 6)) throw new Error('cannot store this');
    };
    const bodies = names(40).map((_, index) => (index === 17 ? '"four"' : '{}'));
    const statuses = (await Promise.all(bodies.map((body) => send(listening.port, { body })))).map((a) => a.status);
    expect(statuses).to.deep.equal(bodies.map((body) => (body === '{}' ? 202 : 503)));
    await listening.stop();
  });
});
