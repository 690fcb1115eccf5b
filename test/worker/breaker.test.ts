// Whether GitHub is asked at all: not while it is away, and one question at a time once it may be there again.
import { expect } from 'chai';
import { type Asked, createBreaker } from '../../src/worker/breaker.ts';

describe('a breaker', () => {
  let now: number;
  let breaker: ReturnType<typeof createBreaker>;
  beforeEach(() => {
    now = Date.parse('2026-06-01T09:00:00Z');
    breaker = createBreaker(() => new Date(now));
  });

  function asked(): Asked {
    const attempt = breaker.begin();
    if (attempt.kind !== 'asked') throw new Error(`refused: ${attempt.reason}`);
    return attempt;
  }
  const refusal = () => {
    const attempt = breaker.begin();
    return attempt.kind === 'refused' ? [attempt.reason, attempt.seconds] : null;
  };
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };

  it('lets every question through while all is well', () => {
    for (let round = 0; round < 3; round++) asked().answered();
    const both = [asked(), asked()];
    for (const one of both) one.answered();
    expect(refusal()).to.equal(null);
  });

  it('refuses after a fault, for twice as long each time, up to five minutes, and begins anew after an answer', () => {
    for (const seconds of [5, 10, 20, 40, 80, 160, 300, 300]) {
      expect(asked().failed('away', null)).to.deep.equal({ kind: 'refused', reason: 'away', seconds });
      expect(refusal()).to.deep.equal(['away', seconds]);
      pass(seconds - 1);
      expect(refusal()).to.deep.equal(['away', 1]);
      pass(1);
    }
    asked().answered();
    expect(asked().failed('away', null).seconds).to.equal(5);
  });

  it('refuses until GitHub wants to be asked again, if it says', () => {
    expect(asked().failed('a limit', new Date(now + 90_000)).seconds).to.equal(90);
    pass(89);
    expect(refusal()).to.deep.equal(['a limit', 1]);
    pass(1);
    expect(refusal()).to.equal(null);
  });

  it('takes questions that were under way together for one fault', () => {
    const together = [asked(), asked(), asked()];
    pass(10);
    expect(together.map((one) => one.failed('away', null).seconds)).to.deep.equal([5, 5, 5]);
    pass(5);
    expect(asked().failed('away', null).seconds).to.equal(10);
  });

  it('is not closed by an answer to what was asked before the fault', () => {
    const [slow, fast] = [asked(), asked()];
    pass(1);
    fast.failed('away', null);
    slow.answered();
    expect(refusal()).to.deep.equal(['away', 5]);
  });

  it('has one question try whether GitHub is there again, and another when that was given up', () => {
    asked().failed('away', null);
    pass(5);
    const trying = asked();
    expect(refusal()).to.deep.equal(['away', 5]);
    trying.givenUp();
    asked().answered();
    expect(refusal()).to.equal(null);
  });
});
