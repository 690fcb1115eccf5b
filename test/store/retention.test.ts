// Pruning: what goes, what stays, and what is said of what went.
import { expect } from 'chai';
import { eachTransport, type TestDatabase } from '../support/database.ts';
import { aCommit, aDelivery, claimed, claimedOne, newRepository } from './samples.ts';

/** Lets so many days pass, for what was received until now. */
async function pass({ query }: Pick<TestDatabase, 'query'>, days: number): Promise<void> {
  const by = `interval '${days} days'`;
  await query(`update c4gt.batches set received_at = received_at - ${by};
    update c4gt.deliveries set received_at = received_at - ${by}, finished_at = finished_at - ${by};
    update pgmq.a_inbox set archived_at = archived_at - ${by}`);
}

eachTransport('pruning', (database) => {
  const prune = (days: number, batches = 100) => database().store.prune({ days, batches });
  const body = async (guid: string) => (await database().store.delivery(guid))?.body ?? null;
  beforeEach(async () => {
    await prune(1);
  });

  it('takes the bodies that are old enough, and leaves the deliveries', async () => {
    const { store } = database();
    const [old, young] = [aDelivery(), aDelivery()];
    await store.finish(await claimedOne(store, old), 'processed', null);
    await pass(database(), 90);
    await store.finish(await claimedOne(store, young), 'ignored', 'nobody asked');
    const before = await store.counts();
    expect(await prune(91)).to.deep.equal({ deliveries: 0, bytes: 0, more: false });
    expect(await prune(90)).to.include({ deliveries: 1, more: false });
    expect(await body(old.guid)).to.equal(null);
    expect(await body(young.guid)).to.deep.equal(young.body);
    expect(await store.delivery(old.guid)).to.include({ pruned: true, state: 'processed', event: 'issues' });
    expect(await store.delivery(young.guid)).to.include({ pruned: false, state: 'ignored' });
    expect(await store.counts()).to.deep.equal(before);
    await pass(database(), 91);
    await prune(90);
  });

  it('never takes one that is pending, nor what came with it, and takes one that is dead', async () => {
    const { store } = database();
    const [waiting, beside, dead, packed] = [aDelivery(), aDelivery(), aDelivery(), aDelivery()];
    const works = [...(await claimed(store, waiting, beside)), ...(await claimed(store, dead))];
    for (const work of works) {
      if (work.delivery?.guid === dead.guid) await store.bury(work, 'no good');
      else if (work.delivery?.guid === beside.guid) await store.finish(work, 'processed', null);
      else await store.postpone(work, 600, 'GitHub is away');
    }
    await store.receive([packed]);
    await pass(database(), 400);
    expect(await prune(1)).to.include({ deliveries: 1 });
    expect(await body(dead.guid)).to.equal(null);
    for (const { guid, body: sent } of [waiting, beside, packed]) expect(await body(guid)).to.deep.equal(sent);

    const [work] = works.filter(({ delivery }) => delivery?.guid === waiting.guid);
    if (work !== undefined) await store.finish(work, 'processed', null);
    expect(await prune(1)).to.include({ deliveries: 2 });
    expect(await body(beside.guid)).to.equal(null);
    for (const each of await store.claim(100, 60)) await store.finish(each, 'processed', null);
    await prune(1);
  });

  it('goes in steps, the oldest first', async () => {
    const { store } = database();
    const deliveries = [aDelivery(), aDelivery(), aDelivery()];
    for (const delivery of deliveries) {
      await store.finish(await claimedOne(store, delivery), 'processed', null);
      await pass(database(), 10);
    }
    const left = async () => (await Promise.all(deliveries.map(({ guid }) => body(guid)))).map((each) => each !== null);
    expect(await prune(5, 2)).to.include({ deliveries: 2, more: true });
    expect(await left()).to.deep.equal([false, false, true]);
    expect(await prune(5, 2)).to.include({ deliveries: 1, more: false });
    expect(await prune(5, 2)).to.deep.equal({ deliveries: 0, bytes: 0, more: false });
  });

  it('keeps a record, one for each day', async () => {
    const { store, query } = database();
    await query(`delete from c4gt.audit where action = 'bodies pruned'`);
    for (const _ of [1, 2]) {
      await store.finish(await claimedOne(store, aDelivery()), 'processed', null);
      await pass(database(), 10);
      await prune(5);
    }
    await prune(5);
    const [record, ...more] = await query(`select details from c4gt.audit where action = 'bodies pruned'`);
    expect(more).to.deep.equal([]);
    expect(record?.['details']).to.include({ day: new Date().toISOString().slice(0, 10), deliveries: 2 });
  });

  it('lets nothing that was pruned be tried again, until GitHub brings it again', async () => {
    const { store } = database();
    const delivery = aDelivery();
    await store.bury(await claimedOne(store, delivery), 'no good');
    await pass(database(), 10);
    await prune(5);
    expect(await store.retry(delivery.guid)).to.equal(0);
    expect(await store.retry(null)).to.equal(0);
    const [again] = await claimed(store, delivery);
    expect(again?.delivery).to.deep.include({ guid: delivery.guid, body: delivery.body });
    expect(await store.delivery(delivery.guid)).to.include({ pruned: false, state: 'pending' });
    if (again !== undefined) await store.finish(again, 'processed', null);
  });

  it('leaves every reason, which says that the body is gone', async () => {
    const { store } = database();
    const work = await claimedOne(store, aDelivery());
    const about = { repositoryId: newRepository(), repository: 'org/reasons' };
    const trace = [{ rule: 'r', holds: true }];
    await store.commit(aCommit({ ...about, message: work.message, delivery: work.delivery?.id ?? null, trace }));
    const [fresh] = (await store.why('org/reasons', 1)) ?? [];
    expect(fresh).to.deep.include({ delivery: work.delivery?.guid, pruned: false, rules: trace });
    await pass(database(), 10);
    await prune(5);
    const [after] = (await store.why('org/reasons', 1)) ?? [];
    expect(after).to.deep.equal({ ...Object(fresh), pruned: true });
  });

  it('is done by one process at a time', async () => {
    const { store, query, url } = database();
    if (url === null) return;
    await store.finish(await claimedOne(store, aDelivery()), 'processed', null);
    await pass(database(), 10);
    const held = query(`select pg_advisory_xact_lock(hashtextextended('c4gt.pruning', 0)), pg_sleep(1)`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await prune(5)).to.equal(null);
    await held;
    expect(await prune(5)).to.include({ deliveries: 1 });
  });
});
