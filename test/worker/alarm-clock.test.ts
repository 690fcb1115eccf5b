// One job at set times: never twice at once, again after it failed, and nothing left behind.
import { expect } from 'chai';
import { type Alarms, startAlarmClock } from '../../src/worker/alarm-clock.ts';

/** A clock whose alarms ring when the test says so, and whose job ends when it says so. */
function trial() {
  const rings: { at: (() => void) | null; after: { milliseconds: number; ring: () => void } | null } = {
    at: null,
    after: null,
  };
  const alarms: Alarms = {
    at: (_, ring) => {
      rings.at = ring;
      return () => {
        rings.at = null;
      };
    },
    after: (milliseconds, ring) => {
      rings.after = { milliseconds, ring };
      return () => {
        rings.after = null;
      };
    },
    pause: async () => undefined,
  };
  const jobs: PromiseWithResolvers<void>[] = [];
  const reasons: string[] = [];
  const clock = startAlarmClock({
    times: '0 0 * * * *',
    job: () => {
      const job = Promise.withResolvers<void>();
      jobs.push(job);
      return job.promise;
    },
    failed: (reason) => reasons.push(reason),
    tryAgainAfter: 5_000,
    alarms,
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { rings, jobs, reasons, clock, settled };
}

describe('an alarm clock', () => {
  it('does its job at once, at its times, and when it is told to, one after the other', async () => {
    const { rings, jobs, clock, settled } = trial();
    await settled();
    expect(jobs).to.have.length(1);
    rings.at?.();
    const told = clock.look();
    await settled();
    expect(jobs, 'while the first is under way').to.have.length(1);
    jobs[0]?.resolve();
    await settled();
    expect(jobs, 'while the second is').to.have.length(2);
    jobs[1]?.resolve();
    await settled();
    jobs[2]?.resolve();
    await told;
    expect(jobs).to.have.length(3);
  });

  it('says why its job failed, and does it again sooner, unless it was done meanwhile', async () => {
    const { rings, jobs, reasons, settled } = trial();
    await settled();
    jobs[0]?.reject(new Error('away'));
    await settled();
    expect(reasons).to.deep.equal(['away']);
    expect(rings.after?.milliseconds).to.equal(5_000);
    rings.at?.();
    await settled();
    expect(rings.after, 'the retry is called off').to.equal(null);
    jobs[1]?.resolve();
    await settled();
    expect([jobs.length, reasons.length]).to.deep.equal([2, 1]);
  });

  it('when it is stopped, ends what is under way, begins nothing that was due, and complains of nothing', async () => {
    const { rings, jobs, reasons, clock, settled } = trial();
    await settled();
    void clock.look();
    const stopped = clock.stop();
    jobs[0]?.reject(new Error('given up'));
    await stopped;
    await settled();
    expect(jobs).to.have.length(1);
    expect(reasons).to.deep.equal([]);
    expect(rings).to.deep.equal({ at: null, after: null });
  });
});
