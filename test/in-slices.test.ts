// Long work in slices: whatever else waits is done between them.
import { expect } from 'chai';
import type { Steps } from '../src/engine/steps.ts';
import { inSlices } from '../src/in-slices.ts';

/** Steps that go on until `isOver`, each of them a moment long. */
function* steps(isOver: () => boolean): Steps<string> {
  for (const giveUp = performance.now() + 20_000; !isOver() && performance.now() < giveUp; ) yield;
  return isOver() ? 'heard' : 'deaf';
}

describe('work in slices', () => {
  it('comes to what it would at once', async () => {
    expect(await inSlices(steps(() => true))).to.equal('heard');
  });

  it('lets timers and whatever arrives have their turn', async () => {
    let isTime = false;
    setTimeout(() => {
      isTime = true;
    }, 1);
    expect(await inSlices(steps(() => isTime))).to.equal('heard');
  });

  it('ends with the next slice when it is told to', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(new Error('enough')), 1);
    const work = inSlices(
      steps(() => false),
      { signal: ending.signal },
    );
    expect(await work.catch((error: Error) => error.message)).to.equal('enough');
  });

  it('fails as its steps fail', async () => {
    // biome-ignore lint/correctness/useYield: it fails in its first step
    function* failing(): Steps<never> {
      throw new Error('broken');
    }
    expect(await inSlices(failing()).catch((error: Error) => error.message)).to.equal('broken');
  });

  it('runs each slice as it is told to', async () => {
    let slices = 0;
    const during = <T>(slice: () => T): T => {
      slices += 1;
      return slice();
    };
    expect(
      await inSlices(
        steps(() => slices === 3),
        { during },
      ),
    ).to.equal('heard');
    expect(slices).to.equal(3);
  });
});
