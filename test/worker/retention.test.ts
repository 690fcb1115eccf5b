// Retention's clock, wound by hand: it prunes step by step until nothing is left, and outlasts a store that is away.
import { expect } from 'chai';
import type { Pruned, PruningTerms } from '../../src/store/retention.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import type { Alarms } from '../../src/worker/alarm-clock.ts';
import { startRetention } from '../../src/worker/retention.ts';

/** A clock whose alarms ring when the test says so, over a store that holds so many deliveries too many. */
function byHand({ days = 90, due = 0 }: { readonly days?: number | null; readonly due?: number }) {
  const rings: { hourly: (() => void) | null; after: (() => void) | null } = { hourly: null, after: null };
  const hand = { due, away: false, busy: false, asked: [] as PruningTerms[], rests: 0, logged: [] as string[], rings };
  const alarms: Alarms = {
    at: (_, ring) => {
      rings.hourly = ring;
      return () => {
        rings.hourly = null;
      };
    },
    after: (_, ring) => {
      rings.after = ring;
      return () => {
        rings.after = null;
      };
    },
    pause: async () => void hand.rests++,
  };
  const prune = async (terms: PruningTerms): Promise<Pruned | null> => {
    hand.asked.push(terms);
    if (hand.away) throw new StoreUnavailable('nobody there');
    if (hand.busy) return null;
    const deliveries = Math.min(hand.due, 10);
    hand.due -= deliveries;
    return { deliveries, bytes: deliveries * 100, more: deliveries === 10 };
  };
  const note = (about: unknown, message = '') => void hand.logged.push(`${message} ${JSON.stringify(about)}`);
  const retention = startRetention({ store: { prune }, days, log: { info: note, warn: note }, alarms });
  return { hand, retention };
}

describe('retention', () => {
  it('prunes at the start, and every hour, in steps with a rest between them', async () => {
    const { hand, retention } = byHand({ due: 25 });
    await retention.look();
    expect(hand).to.include({ due: 0, rests: 2 });
    expect(hand.logged).to.deep.equal([
      'bodies of old deliveries were pruned {"deliveries":25,"bytes":2500,"days":90}',
    ]);
    hand.due = 3;
    hand.rings.hourly?.();
    await retention.look();
    expect(hand.due).to.equal(0);
    for (const { days } of hand.asked) expect(days).to.equal(90);
    await retention.stop();
  });

  it('asks nothing while everything is kept for ever', async () => {
    const { hand, retention } = byHand({ days: null, due: 25 });
    hand.rings.hourly?.();
    await retention.look();
    expect(hand.asked).to.deep.equal([]);
    await retention.stop();
  });

  it('leaves it to another process that prunes, and says nothing', async () => {
    const { hand, retention } = byHand({ due: 0 });
    await retention.look();
    hand.busy = true;
    hand.due = 25;
    const before = hand.asked.length;
    await retention.look();
    expect(hand.asked.length - before).to.equal(1);
    expect(hand.logged).to.deep.equal([]);
    await retention.stop();
  });

  it('tries a store that is away again', async () => {
    const { hand, retention } = byHand({ due: 0 });
    await retention.look();
    hand.away = true;
    hand.due = 5;
    await retention.look();
    expect(hand.logged).to.deep.equal(['old bodies cannot be pruned; trying again {"reason":"nobody there"}']);
    hand.away = false;
    hand.rings.after?.();
    await retention.look();
    expect(hand.due).to.equal(0);
    expect(hand.rings.after).to.equal(null);
    await retention.stop();
  });

  it('takes no further step once it is stopped, and leaves no alarm behind', async () => {
    const { hand, retention } = byHand({ due: 1_000 });
    await retention.stop();
    const before = hand.asked.length;
    expect(hand.due).to.be.above(0);
    expect(hand.rings).to.deep.equal({ hourly: null, after: null });
    await retention.look();
    expect(hand.asked).to.have.length(before);
  });
});
