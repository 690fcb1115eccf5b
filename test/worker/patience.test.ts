// How long work waits for an answer of GitHub's, and when nothing more is asked.
import { expect } from 'chai';
import { createPatience } from '../../src/worker/patience.ts';

describe('patience', () => {
  const terms = { waits: 5, back: 1, most: 2 };
  const never = () => Promise.withResolvers<string>();

  it('gives the answer that comes in time, and its fault', async () => {
    const patience = createPatience(terms);
    expect(await patience.wait(Promise.resolve('here'))).to.deep.equal({ given: 'here' });
    const failure = await patience.wait(Promise.reject(new Error('refused'))).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error).with.property('message', 'refused');
    expect(patience.isWornOut()).to.equal(false);
  });

  it('does not wait for one that takes too long, and is worn out by as many as it bears at once', async () => {
    const patience = createPatience(terms);
    const slow = [never(), never()];
    for (const { promise } of slow) {
      expect(patience.isWornOut()).to.equal(false);
      expect(await patience.wait(promise)).to.equal('late');
    }
    expect(patience.isWornOut()).to.equal(true);
  });

  it('comes back when they are answered, or fail, which then troubles nobody', async () => {
    const patience = createPatience({ ...terms, most: 1 });
    for (const end of [
      (one: ReturnType<typeof never>) => one.resolve('late, but here'),
      (one: ReturnType<typeof never>) => one.reject(new Error('nobody waits for this')),
    ]) {
      const slow = never();
      await patience.wait(slow.promise);
      expect(patience.isWornOut()).to.equal(true);
      end(slow);
      await slow.promise.catch(() => undefined);
      expect(patience.isWornOut()).to.equal(false);
    }
  });
});
