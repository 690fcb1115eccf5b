// The loop of rounds: nothing that was said while it worked is missed, and a store that is away is left alone for a while.
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { type Loop, startLoop } from '../../src/worker/loop.ts';

const POLL = 500;

/** A loop whose rounds end one by one, as the test says. */
function steppedLoop() {
  const stopping = new AbortController();
  const failures: string[] = [];
  const rounds: PromiseWithResolvers<number | 'over'>[] = [];
  const loop: Loop = startLoop({
    round: () => {
      const round = Promise.withResolvers<number | 'over'>();
      rounds.push(round);
      return round.promise;
    },
    stopping: stopping.signal,
    failed: (reason) => failures.push(reason),
  });
  const newest = () => rounds.at(-1) ?? expect.fail('there was no round');
  return {
    loop,
    failures,
    begun: () => rounds.length,
    stop: () => stopping.abort(),
    ends: async (rest: number | 'over') => {
      newest().resolve(rest);
      await turn();
    },
    fails: async (reason: unknown) => {
      newest().reject(reason);
      await turn();
    },
    passes: async (milliseconds: number) => {
      mock.timers.tick(milliseconds);
      await turn();
    },
    wakes: async () => {
      loop.wake();
      await turn();
    },
  };
}

describe('a loop of rounds', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('begins at once, and goes on without a rest while there is something to do', async () => {
    const { begun, ends } = steppedLoop();
    expect(begun()).to.equal(1);
    await ends(0);
    expect(begun()).to.equal(2);
    await ends(0);
    expect(begun()).to.equal(3);
  });

  it('rests for as long as the round said', async () => {
    const { begun, ends, passes } = steppedLoop();
    await ends(POLL);
    await passes(POLL - 1);
    expect(begun()).to.equal(1);
    await passes(1);
    expect(begun()).to.equal(2);
  });

  it('is woken from its rest', async () => {
    const { begun, ends, wakes } = steppedLoop();
    await ends(POLL);
    await wakes();
    expect(begun()).to.equal(2);
  });

  it('takes no rest after a round in which it was woken, and one after the next', async () => {
    const { begun, ends, wakes } = steppedLoop();
    await wakes();
    await wakes();
    expect(begun(), 'one round at a time').to.equal(1);
    await ends(POLL);
    expect(begun()).to.equal(2);
    await ends(POLL);
    expect(begun()).to.equal(2);
  });

  for (const [what, thrown] of [
    ['an error', new Error('the store is away')],
    ['anything else', 'the store is away'],
  ] as const)
    it(`tells why a round failed of ${what}, and goes on after a rest`, async () => {
      const { begun, failures, fails, passes } = steppedLoop();
      await fails(thrown);
      expect(failures).to.deep.equal(['the store is away']);
      await passes(POLL);
      expect(begun()).to.equal(1);
      await passes(10_000);
      expect(begun()).to.equal(2);
    });

  it('is not hurried after a failure by what was said before it, only by what is said then', async () => {
    const { begun, fails, wakes } = steppedLoop();
    await wakes();
    await fails(new Error('the store is away'));
    expect(begun()).to.equal(1);
    await wakes();
    expect(begun()).to.equal(2);
  });

  it('ends with the round under way when it is told to stop', async () => {
    const { loop, begun, ends, stop } = steppedLoop();
    stop();
    let isOver = false;
    void loop.over.then(() => {
      isOver = true;
    });
    await turn();
    expect(isOver, 'before its round is done').to.equal(false);
    await ends(POLL);
    expect(isOver).to.equal(true);
    expect(begun()).to.equal(1);
  });

  it('ends at once when it is told to stop in a rest, also in the one after a failure', async () => {
    const resting = steppedLoop();
    await resting.ends(POLL);
    resting.stop();
    await resting.loop.over;
    const failed = steppedLoop();
    await failed.fails(new Error('the store is away'));
    failed.stop();
    await failed.loop.over;
    expect([resting.begun(), failed.begun()]).to.deep.equal([1, 1]);
  });

  it('ends when there will never be anything more to do', async () => {
    const { loop, begun, ends } = steppedLoop();
    await ends('over');
    await loop.over;
    loop.wake();
    await turn();
    expect(begun()).to.equal(1);
  });
});
