// Calls made one by one and carried out together: none lost, none mixed up, none failed for another's fault.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { inBatches } from '../../src/store/in-batches.ts';
import { StoreContended, StoreUnavailable } from '../../src/store/store.ts';

interface Item {
  readonly number: number;
}

const bounds = { atOnce: 2, most: 10 };

describe('calls in batches', () => {
  it('get each its own answer, whenever they are made, and never more together than may be', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        async (pauses, most) => {
          let underWay = 0;
          const call = inBatches<Item, number>(
            async (items) => {
              expect(items.length).to.be.within(1, most);
              expect(++underWay).to.be.at.most(2);
              for (let pause = items.length % 3; pause > 0; pause--) await nextTurn();
              underWay -= 1;
              return items.map(({ number }) => number * 2);
            },
            { atOnce: 2, most },
          );
          const answers: Promise<number>[] = [];
          for (const [number, pause] of pauses.entries()) {
            answers.push(call({ number }));
            for (let left = pause; left > 0; left--) await nextTurn();
          }
          expect(await Promise.all(answers)).to.deep.equal(pauses.map((_, number) => number * 2));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('that are made in one turn of the event loop go together', async () => {
    const sizes: number[] = [];
    const call = inBatches<Item, null>(async (items) => {
      sizes.push(items.length);
      return items.map(() => null);
    }, bounds);
    await Promise.all(Array.from({ length: 8 }, (_, number) => call({ number })));
    expect(sizes).to.deep.equal([8]);
  });

  it('fail alone when one of them cannot be carried out', async () => {
    const call = inBatches<Item, number>(async (items) => {
      if (items.some(({ number }) => number === 3)) throw new Error('not three');
      return items.map(({ number }) => number);
    }, bounds);
    const outcomes = await Promise.allSettled(Array.from({ length: 7 }, (_, number) => call({ number })));
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed'))).to.deep.equal([
      ...[0, 1, 2, 'failed', 4, 5, 6],
    ]);
  });

  it('fail together, without being tried again, when the store is away', async () => {
    let tries = 0;
    const call = inBatches<Item, null>(async () => {
      tries += 1;
      throw new StoreUnavailable('away');
    }, bounds);
    const outcomes = await Promise.allSettled([call({ number: 1 }), call({ number: 2 })]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect(tries).to.equal(1);
  });

  it('that are too many for one batch go in several at once, as far as these may be', async () => {
    const gate = Promise.withResolvers<void>();
    const sizes: number[] = [];
    const call = inBatches<Item, null>(
      async (items) => {
        sizes.push(items.length);
        await gate.promise;
        return items.map(() => null);
      },
      { atOnce: 2, most: 3 },
    );
    const answers = Promise.all(Array.from({ length: 8 }, (_, number) => call({ number })));
    for (let turns = 0; turns < 5; turns++) await nextTurn();
    expect(sizes, 'while the first goes on').to.deep.equal([3, 3]);
    gate.resolve();
    await answers;
    expect(sizes).to.deep.equal([3, 3, 2]);
  });

  for (const [undone, outcome] of [
    [2, 'fulfilled'],
    [3, 'rejected'],
  ] as const)
    it(`that are undone for another's sake ${undone} times are ${outcome}`, async () => {
      let tries = 0;
      const call = inBatches<Item, null>(async (items) => {
        tries += 1;
        if (tries <= undone) throw new StoreContended('a deadlock');
        return items.map(() => null);
      }, bounds);
      const outcomes = await Promise.allSettled([call({ number: 1 }), call({ number: 2 })]);
      expect(outcomes.map(({ status }) => status)).to.deep.equal([outcome, outcome]);
      expect(tries).to.equal(3);
    });

  it('that do not go together wait for the next batch', async () => {
    const batches: number[][] = [];
    const call = inBatches<Item, null>(
      async (items) => {
        batches.push(items.map(({ number }) => number));
        return items.map(() => null);
      },
      {
        atOnce: 1,
        most: 10,
        choose: (waiting) => new Set(waiting.filter(({ number }) => number !== 2).concat(waiting.slice(0, 1))),
      },
    );
    await Promise.all([1, 2, 3].map((number) => call({ number })));
    expect(batches).to.deep.equal([[1, 3], [2]]);
  });
});
