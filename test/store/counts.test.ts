// Counting without counting: whatever happens to deliveries and effects, the numbers are those of the rows.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Work } from '../../src/store/store.ts';
import { eachDatabase } from '../support/database.ts';
import { aHome, anOutcome, claimEffect, emptyOutbox, wish } from './outbox-samples.ts';
import { aDelivery } from './samples.ts';

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('receive' as const), some: fc.nat(4), known: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('claim' as const), some: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('end' as const),
      as: fc.constantFrom('processed' as const, 'ignored' as const, 'dead' as const),
      which: fc.nat(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('retry' as const), which: fc.nat() }) },
  fc.record({ what: fc.constant('retry the dead' as const) }),
  { weight: 3, arbitrary: fc.record({ what: fc.constant('count' as const) }) },
);

eachDatabase('the counts', (database) => {
  it('are those of the deliveries, after whatever happened to them and whenever they were counted', async () => {
    const { store, query } = database();
    const rows = async () => {
      const states = { pending: 0, processed: 0, ignored: 0, dead: 0 };
      const found = await query(
        `select d.state, count(*)::integer as count from c4gt.deliveries as d group by d.state`,
      );
      const counted = Object.fromEntries(found.map(({ state, count }) => [String(state), Number(count)]));
      const received = Object.values(counted).reduce((sum, count) => sum + count, 0);
      const [first] = await query(
        `select c4gt.iso(d.received_at) as since from c4gt.deliveries as d where d.state = 'pending' order by d.id limit 1`,
      );
      return { received, ...states, ...counted, waiting_since: first?.['since'] ?? null };
    };
    const told = async () => {
      const { received, pending, processed, ignored, dead, waiting_since } = await store.counts();
      return { received, pending, processed, ignored, dead, waiting_since };
    };
    const guids: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const held: Work[] = [];
        for (const each of steps) {
          if (each.what === 'receive') {
            const fresh = Array.from({ length: each.some + 1 }, () => randomUUID() as string);
            guids.push(...fresh);
            const again = each.known ? guids.slice(0, 2) : [];
            await store.receive([...fresh, ...again].map((guid) => aDelivery({ guid })));
          } else if (each.what === 'claim') held.push(...(await store.claim(each.some, 600)));
          else if (each.what === 'end') {
            const [work] = held.splice(each.which % Math.max(held.length, 1), 1);
            if (work === undefined) continue;
            if (each.as === 'dead') await store.bury(work, 'no good');
            else await store.finish(work, each.as, null);
          } else if (each.what === 'retry') await store.retry(guids[each.which % Math.max(guids.length, 1)] ?? '');
          else if (each.what === 'retry the dead') await store.retry(null);
          else {
            // What is not unpacked may be repeats; listing unpacks it.
            await store.deliveries({ limit: 1 });
            expect(await told()).to.deep.equal(await rows());
          }
        }
        await store.deliveries({ limit: 1 });
        expect(await told()).to.deep.equal(await rows());
      }),
      { numRuns: 25 },
    );
    expect(Number((await query('select up_to from c4gt.settled'))[0]?.['up_to'])).to.be.above(0);
  });

  it('tell since when the delivery waits that has waited longest, unpacked or not', async () => {
    const { store, query } = database();
    const since = async () => (await store.counts()).waiting_since;
    await store.deliveries({ limit: 1 });
    await query(`update c4gt.deliveries as d set state = 'processed' where d.state = 'pending'`);
    await query('delete from pgmq.q_inbox');
    expect(await since()).to.equal(null);

    await store.receive([aDelivery()]);
    const first = (await since()) ?? expect.fail('something is pending');
    expect(Date.parse(first)).to.be.within(Date.now() - 60_000, Date.now() + 1_000);
    const [work = expect.fail()] = await store.claim(1, 600);
    expect(await since()).to.equal(first);
    await store.receive([aDelivery()]);
    expect(await since()).to.equal(first);
    await store.finish(work, 'processed', null);
    expect((await since()) ?? '', 'the second came later').to.satisfy((at: string) => at > first);
  });

  it('are those of the deliveries when many work, retry and count at once', async () => {
    const { store, query } = database();
    const deliveries = Array.from({ length: 200 }, () => aDelivery());
    const receive = async () => {
      for (let at = 0; at < deliveries.length; at += 10) await store.receive(deliveries.slice(at, at + 10));
    };
    const work = async () => {
      for (let round = 0; round < 12; round++)
        for (const [index, each] of (await store.claim(20, 600)).entries())
          await (index % 3 === 0 ? store.bury(each, 'no good') : store.finish(each, 'ignored', null));
    };
    const retry = async () => {
      for (const { guid } of deliveries.slice(0, 40)) await store.retry(guid);
      await store.retry(null);
    };
    const count = async () => {
      for (let round = 0; round < 30; round++) await store.counts();
    };
    await Promise.all([receive(), work(), work(), retry(), count(), count()]);
    await store.deliveries({ limit: 1 });
    const { pending, ignored, dead } = await store.counts();
    const [row] = await query(`
      select count(*) filter (where state = 'pending')::integer as pending,
        count(*) filter (where state = 'ignored')::integer as ignored, count(*) filter (where state = 'dead')::integer as dead
      from c4gt.deliveries`);
    expect({ pending, ignored, dead }).to.deep.equal(row);
  });

  it('count what was received and is not unpacked yet', async () => {
    const { store } = database();
    const before = await store.counts();
    await store.receive([aDelivery(), aDelivery(), aDelivery()]);
    const { received, pending } = await store.counts();
    expect({ received, pending }).to.deep.equal({ received: before.received + 3, pending: before.pending + 3 });
  });

  it('count what is skipped, however it comes and goes', async () => {
    const { store, query } = database();
    await emptyOutbox(database());
    const { repositoryId } = await aHome(store);
    const skipped = async () => {
      const [row] = await query(`select count(*)::integer as count from c4gt.outbox where state = 'skipped'`);
      const told = (await store.counts()).effects.skipped;
      expect(told).to.equal(row?.['count']);
      return told;
    };
    for (let number = 1; number <= 150; number++) await wish(store, { repositoryId, number });
    expect(await store.skipEffects({ github: 'no credentials' })).to.equal(150);
    expect(await skipped()).to.equal(150);
    expect(Number((await query('select count(*) from c4gt.skipped_changes'))[0]?.['count']), 'added up').to.equal(1);

    await wish(store, { repositoryId, number: 1, params: { body: 'Another' } });
    await wish(store, { repositoryId, number: 2, state: 'withdrawn' });
    expect(await skipped()).to.equal(148);
    expect(await store.resumeEffects('github')).to.equal(148);
    expect(await skipped()).to.equal(0);
    await store.settleEffect(await claimEffect(store), anOutcome({ state: 'done' }));
    expect(await skipped()).to.equal(0);
    await emptyOutbox(database());
    expect(await skipped()).to.equal(0);
  });
});
