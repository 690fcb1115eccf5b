// Deliveries stored at the very moment at which others are claimed.
import { setImmediate as nextTurn, setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { aDelivery } from '../store/samples.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';

eachDatabase('a delivery stored while others are claimed', (database) => {
  it('is claimed whole, and never taken for one that cannot be read', async () => {
    await using programme = await openProgramme(database(), await shippedRules());
    const { store } = programme;
    let receiving = true;
    const claimed: string[] = [];
    const claiming = async () => {
      // As a worker does that found nothing, and lets everybody else go on.
      for (; receiving; await setImmediate()) {
        for (const { delivery } of await store.claim(50, 60)) claimed.push(delivery?.guid ?? 'none');
        // Bodies are compressed outside the event loop, and an embedded database answers without one turn of it.
        await nextTurn();
      }
    };
    const claimers = [claiming(), claiming()];
    const deliveries = Array.from({ length: 250 }, () => aDelivery());
    const lane = async () => {
      for (let next = deliveries.pop(); next !== undefined; next = deliveries.pop()) await store.receive([next]);
    };
    const guids = deliveries.map(({ guid }) => guid);
    await Promise.all([lane(), lane(), lane(), lane()]);
    receiving = false;
    await Promise.all(claimers);
    for (const { delivery } of await store.claim(1_000, 60)) claimed.push(delivery?.guid ?? 'none');
    expect((await store.deliveries({ state: 'dead', limit: 5 })).map(({ reason }) => reason)).to.deep.equal([]);
    expect(claimed.sort()).to.deep.equal(guids.sort());
  });
});
