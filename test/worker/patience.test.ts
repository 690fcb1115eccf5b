// How long work waits for an answer of GitHub's, and when nothing more is asked.
import { expect } from 'chai';
import { createPatience } from '../../src/worker/patience.ts';

describe('patience', () => {
  const terms = { waits: 5, back: 1, most: 3, mostByOne: 2 };
  const never = () => Promise.withResolvers<string>();

  it('gives the answer that comes in time, and its fault', async () => {
    const patience = createPatience<number>(terms);
    expect(await patience.wait(Promise.resolve('here'), 1)).to.deep.equal({ given: 'here' });
    const failure = await patience.wait(Promise.reject(new Error('refused')), 1).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error).with.property('message', 'refused');
    expect(patience.isWornOut(1)).to.equal(false);
  });

  it('does not wait for one that takes too long, and is worn out by as many as it bears at once', async () => {
    const patience = createPatience<number>(terms);
    for (const way of [1, 2, 3]) {
      expect(patience.isWornOut(way)).to.equal(false);
      expect(await patience.wait(never().promise, way)).to.equal('late');
    }
    for (const way of [1, 4]) expect(patience.isWornOut(way)).to.equal(true);
  });

  it('is worn out for one that is slow alone, and goes on with the others', async () => {
    const patience = createPatience<number>(terms);
    for (let slow = 0; slow < 2; slow++) await patience.wait(never().promise, 1);
    expect([patience.isWornOut(1), patience.isWornOut(2)]).to.deep.equal([true, false]);
  });

  it('counts a question once, however often it is waited for', async () => {
    const patience = createPatience<number>(terms);
    const slow = never();
    for (let time = 0; time < 4; time++) expect(await patience.wait(slow.promise, 1)).to.equal('late');
    expect(patience.isWornOut(1)).to.equal(false);
    await patience.wait(never().promise, 1);
    slow.resolve('at last');
    await slow.promise;
    expect(patience.isWornOut(1)).to.equal(false);
  });

  it('comes back when they are answered, or fail, which then troubles nobody', async () => {
    const patience = createPatience<number>({ ...terms, most: 1 });
    for (const end of [
      (one: ReturnType<typeof never>) => one.resolve('late, but here'),
      (one: ReturnType<typeof never>) => one.reject(new Error('nobody waits for this')),
    ]) {
      const slow = never();
      await patience.wait(slow.promise, 1);
      expect(patience.isWornOut(1)).to.equal(true);
      end(slow);
      await slow.promise.catch(() => undefined);
      expect(patience.isWornOut(1)).to.equal(false);
    }
  });
});
