// The daily clock, wound by hand: it begins each day once, makes good what passed, and outlasts a store that is away.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { StoreUnavailable } from '../../src/store/store.ts';
import type { Alarms } from '../../src/worker/alarm-clock.ts';
import { type DailyOptions, startDaily } from '../../src/worker/daily.ts';

/** A clock whose alarms ring when the test says so. */
function byHand(time: string, isTimed = true) {
  const rings: { daily: (() => void) | null; after: { milliseconds: number; ring: () => void } | null } = {
    daily: null,
    after: null,
  };
  const alarms: Alarms = {
    pause: async () => undefined,
    at: (_, ring) => {
      rings.daily = ring;
      return () => {
        rings.daily = null;
      };
    },
    after: (milliseconds, ring) => {
      rings.after = { milliseconds, ring };
      return () => {
        rings.after = null;
      };
    },
  };
  const hand = { time, isTimed, away: false, begun: 0, last: '', asked: [] as string[], logged: [] as string[], rings };
  const beginDay = async (day: string) => {
    hand.asked.push(day);
    if (hand.away) throw new StoreUnavailable('nobody there');
    if (day <= hand.last) return 0;
    hand.last = day;
    return 3;
  };
  const note = (about: unknown, message = '') => void hand.logged.push(`${message} ${JSON.stringify(about)}`);
  const options: DailyOptions = {
    store: { beginDay },
    rules: () => ({ isTimed: hand.isTimed }),
    onBegun: () => void hand.begun++,
    log: { info: note, warn: note },
    clock: () => new Date(hand.time),
    alarms,
  };
  return { hand, daily: startDaily(options) };
}

describe('the daily clock', () => {
  it('begins the day at the start, and each day at midnight in UTC', async () => {
    const { hand, daily } = byHand('2026-11-23T04:59:00+05:30');
    await daily.look();
    hand.time = '2026-11-23T00:00:01Z';
    hand.rings.daily?.();
    await daily.look();
    expect([...new Set(hand.asked)]).to.deep.equal(['2026-11-22', '2026-11-23']);
    expect(hand.begun).to.equal(2);
    expect(hand.logged).to.deep.equal(
      ['2026-11-22', '2026-11-23'].map((day) => `a day has begun {"day":"${day}","subjects":3}`),
    );
    await daily.stop();
  });

  it('makes good a day that somebody else has not begun, and leaves alone one that somebody has', async () => {
    for (const [last, begun] of [
      ['2026-11-20', 1],
      ['2026-11-23', 0],
    ] as const) {
      const { hand, daily } = byHand('2026-11-23T15:00:00Z');
      hand.last = last;
      await daily.look();
      expect(hand.begun, `after ${last}`).to.equal(begun);
      await daily.stop();
    }
  });

  it('begins nothing while no rule looks at the time, and the day as soon as one does', async () => {
    const { hand, daily } = byHand('2026-11-23T15:00:00Z', false);
    hand.rings.daily?.();
    await daily.look();
    expect(hand.asked).to.deep.equal([]);
    hand.isTimed = true;
    await daily.look();
    expect(hand.asked).to.deep.equal(['2026-11-23']);
    expect(hand.begun).to.equal(1);
    await daily.stop();
  });

  it('asks a store that is away again, for the day that it is by then', async () => {
    const { hand, daily } = byHand('2026-11-23T23:59:50Z');
    hand.away = true;
    await daily.look();
    expect(hand.logged[0]).to.equal(
      'the day cannot be begun; trying again {"day":"2026-11-23","reason":"nobody there"}',
    );
    expect(hand.rings.after?.milliseconds).to.be.within(1_000, 60_000);
    hand.away = false;
    hand.time = '2026-11-24T00:00:20Z';
    const retry = hand.rings.after?.ring;
    hand.rings.after = null;
    retry?.();
    await daily.look();
    expect(hand.last).to.equal('2026-11-24');
    expect(hand.begun).to.equal(1);
    expect(hand.rings.after, 'nothing more to try').to.equal(null);
    await daily.stop();
  });

  it('asks nothing more once it is stopped, and leaves no alarm behind', async () => {
    const { hand, daily } = byHand('2026-11-23T15:00:00Z');
    hand.away = true;
    await daily.look();
    const before = hand.asked.length;
    await daily.stop();
    expect(hand.rings).to.deep.equal({ daily: null, after: null });
    await daily.look();
    expect(hand.asked).to.have.length(before);
  });

  it('keeps no process from ending', () => {
    const module = fileURLToPath(new URL('../../src/worker/daily.ts', import.meta.url));
    const script = `
      const { startDaily } = await import(${JSON.stringify(module)});
      const beginDay = async () => { throw new Error('away'); };
      const quiet = () => undefined;
      const daily = startDaily({ store: { beginDay }, rules: () => ({ isTimed: true }), onBegun: quiet, log: { info: quiet, warn: quiet } });
      await daily.look();
      console.log('asked');`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stdout }, stderr).to.deep.equal({ status: 0, stdout: 'asked\n' });
  });
});
