// Every payload that GitHub publishes as an example goes through a real store to its end.
import { expect } from 'chai';
import { examples } from '../../src/commands/examples.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import type { DeliverySummary } from '../../src/store/reading.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';

/** Each of GitHub's examples once, under the name of its event. */
function everyExample(): Told[] {
  const events = [...examples()].filter(([name]) => !name.includes('.'));
  return events.flatMap(([event, payloads]) => payloads.map((payload) => ({ event, payload })));
}

eachDatabase("GitHub's example payloads", (database) => {
  it('are all processed or ignored, and none is a dead letter', async function () {
    this.timeout(120_000);
    await using programme = await openProgramme(database(), await shippedRules());
    const told = everyExample();
    expect(new Set(told.map(({ payload }) => payload)).size).to.equal(329);
    const guids = await programme.receive(...told);
    await programme.play([], 2);

    const ends: DeliverySummary[] = [];
    for (const guid of guids) ends.push(await programme.delivery(guid));
    expect(ends.filter(({ state }) => state !== 'processed' && state !== 'ignored')).to.deep.equal([]);
    expect(ends.filter(({ event, state }) => event === 'issues' && state !== 'processed')).to.deep.equal([]);
    expect(ends.find(({ event }) => event === 'watch')).to.include({
      state: 'ignored',
      reason: 'no consumer for watch',
    });
    const counts = await programme.store.counts();
    expect(counts).to.include({ received: 329, pending: 0, dead: 0 });
    expect(counts.processed).to.be.greaterThan(100);
  });
});
