// The inbox: what is received is stored once, handed out, and ends in one way.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { createStore } from '../../src/store/database-store.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { eachTransport } from '../support/database.ts';
import { aCommit, aDelivery, anEffect, claimed, claimedOne } from './samples.ts';

eachTransport('deliveries', (database) => {
  it('hands out a delivery as it was received', async () => {
    const delivery = aDelivery({ event: 'pull_request', body: Buffer.from('{"a": 1}') });
    const work = await claimedOne(database().store, delivery);
    expect(work.attempt).to.equal(1);
    expect(work.subject).to.equal(null);
    expect(work.delivery).to.deep.include({ guid: delivery.guid, event: 'pull_request' });
    expect(Buffer.from(work.delivery?.body ?? [])).to.deep.equal(delivery.body);
  });

  it('hands out again at once what was claimed when bodies could not be read', async () => {
    const { store, transport } = database();
    const deliveries = [aDelivery(), aDelivery()];
    await store.receive(deliveries);
    const cutOff = createStore({
      ...transport,
      call: (name, args) =>
        name === 'read_bodies' ? Promise.reject(new StoreUnavailable('cut off')) : transport.call(name, args),
    });
    expect(await cutOff.claim(1_000, 600).catch((error: unknown) => error)).to.be.instanceOf(StoreUnavailable);
    const works = await store.claim(1_000, 60);
    const guids = works.map(({ delivery }) => delivery?.guid);
    expect(guids).to.include.members(deliveries.map(({ guid }) => guid));
    for (const work of works) await store.finish(work, 'processed', null);
  });

  it('keeps any bytes verbatim, each delivery of a group its own', async () => {
    const { store } = database();
    const poison = [Buffer.from([0, 0xff, 0xfe, 0xed, 0xa0, 0x80]), Buffer.from('"\\u0000\\ud800"'), Buffer.alloc(0)];
    const bodies = fc.array(fc.oneof(fc.uint8Array({ maxLength: 3_000 }), fc.constantFrom(...poison)), {
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(bodies, async (group) => {
        const deliveries = group.map((body) => aDelivery({ body }));
        await store.receive(deliveries);
        for (const { guid, body } of deliveries) {
          const found = await store.delivery(guid);
          expect(Buffer.from(found?.body ?? 'none')).to.deep.equal(Buffer.from(body));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('stores a body of 25 MB', async () => {
    const body = Buffer.alloc(25 * 1024 * 1024, 'The quick brown fox. ');
    const work = await claimedOne(database().store, aDelivery({ body }));
    expect(body.equals(work.delivery?.body ?? new Uint8Array())).to.equal(true);
  });

  it('stores and queues a GUID once, however often and in whatever groups it comes', async () => {
    const { store } = database();
    const delivery = aDelivery();
    const [others, before] = [[aDelivery(), aDelivery()], (await store.counts()).received];
    await store.receive([delivery, delivery, ...others]);
    await Promise.all(Array.from({ length: 20 }, () => store.receive([...others, delivery, aDelivery()].reverse())));
    const upper = { ...delivery, guid: delivery.guid.toUpperCase() };
    expect(await claimed(store, delivery, upper)).to.have.length(1);
    expect((await store.counts()).received - before).to.equal(23);
  });

  it('stores a group entirely or not at all', async () => {
    const { store } = database();
    const [good, before] = [aDelivery(), await store.counts()];
    const failure = await store.receive([good, aDelivery({ guid: 'not a guid' })]).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error).and.not.instanceOf(StoreUnavailable);
    expect(await store.counts()).to.deep.equal(before);
    expect(await store.delivery(good.guid)).to.equal(null);
  });

  it('hides claimed work from other workers, and hands it out again when its time is up', async () => {
    const { store } = database();
    const { guid } = await claimedOne(store).then(({ delivery }) => ({ guid: delivery?.guid }));
    expect((await store.claim(1_000, 60)).map(({ delivery }) => delivery?.guid)).not.to.include(guid);

    const short = aDelivery();
    await store.receive([short]);
    expect(await store.claim(1_000, 1)).to.have.length(1);
    await sleep(1_100);
    const [again] = await store.claim(1_000, 60);
    expect(again?.delivery?.guid).to.equal(short.guid);
    expect(again?.attempt).to.equal(2);
    expect((await store.delivery(short.guid))?.attempts, 'claimed, not tried').to.equal(0);
    expect(again && (await store.begin(again))).to.equal(2);
    expect((await store.delivery(short.guid))?.attempts).to.equal(2);
    if (again !== undefined) await store.postpone(again, 60, 'not its fault', 'uncounted');
    expect((await store.delivery(short.guid))?.attempts).to.equal(1);
  });

  it('tries a dead delivery again when it is delivered again, and no other', async () => {
    const { store } = database();
    const work = await claimedOne(store);
    const { guid = '', event = '' } = work.delivery ?? {};
    const again = { guid, event, body: Buffer.from('another body') };
    await store.bury(work, 'broken');
    await store.receive([again]);
    expect(await store.delivery(guid)).to.include({ state: 'pending', reason: null });
    const [retried] = await store.claim(1_000, 60);
    expect(retried?.delivery?.body).to.deep.equal(work.delivery?.body);
    if (retried !== undefined) await store.finish(retried, 'processed', null);
    await store.receive([again]);
    expect(await store.delivery(guid)).to.include({ state: 'processed' });
  });

  it('gives back every claim at once when asked', async () => {
    const { store } = database();
    const work = await claimedOne(store);
    await store.releaseClaims();
    expect((await store.claim(1_000, 60)).map(({ message }) => message)).to.include(work.message);
  });

  it('ends work with its state and reason', async () => {
    const { store } = database();
    const work = await claimedOne(store);
    await store.finish(work, 'ignored', 'No rule uses it');
    const found = await store.delivery(work.delivery?.guid ?? '');
    expect(found).to.include({ state: 'ignored', reason: 'No rule uses it', attempts: 1 });
    expect(found?.finished_at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
    await store.releaseClaims();
    expect((await store.claim(1_000, 60)).map(({ message }) => message)).not.to.include(work.message);
  });

  it('postpones work with its reason, still pending', async () => {
    const { store } = database();
    const work = await claimedOne(store);
    await store.postpone(work, 0, 'GitHub is away\0');
    expect(await store.delivery(work.delivery?.guid ?? '')).to.include({
      state: 'pending',
      reason: 'GitHub is away\ufffd',
    });
    const [again] = await store.claim(1_000, 60);
    expect(again).to.include({ message: work.message, attempt: 2 });
    await store.postpone(work, 60, 'Still away');
    expect(await store.claim(1_000, 60)).to.have.length(0);
  });

  it('buries work as a dead letter, and a retry brings it back', async () => {
    const { store } = database();
    const work = await claimedOne(store);
    const guid = work.delivery?.guid ?? '';
    await store.bury(work, 'Half a pair: \ud800');
    expect(await store.delivery(guid)).to.include({ state: 'dead', reason: 'Half a pair: \ufffd' });
    await store.releaseClaims();
    await store.claim(1_000, 60);

    expect(await store.retry(guid)).to.equal(1);
    expect(await store.delivery(guid)).to.include({ state: 'pending', reason: null, attempts: 0, finished_at: null });
    expect(await store.retry(guid), 'a second time').to.equal(0);
    const [again] = await store.claim(1_000, 60);
    expect(again?.delivery?.guid).to.equal(guid);
    expect(again?.attempt).to.equal(1);
  });

  it('retries everything dead at once, or what was processed by its GUID, and keeps a record', async () => {
    const { store, query } = database();
    const [one, two, done] = await claimed(store, aDelivery(), aDelivery(), aDelivery());
    if (one === undefined || two === undefined || done === undefined) {
      throw new Error('Three deliveries were expected');
    }
    await store.bury(one, 'broken');
    await store.bury(two, 'broken');
    await store.finish(done, 'processed', null);
    const dead = (await store.counts()).dead;
    expect(await store.retry(null)).to.equal(dead);
    expect((await store.counts()).dead).to.equal(0);
    expect(await store.retry(done.delivery?.guid ?? '')).to.equal(1);
    expect(await store.retry(randomUUID())).to.equal(0);
    expect(await store.retry('nonsense')).to.equal(0);
    const records = await query(`select details from c4gt.audit where action = 'deliveries retried' order by id desc`);
    expect(records[2]?.['details']).to.deep.equal({ guid: null, count: dead });
  });

  it('counts subjects that could not be decided again, and retries them with everything dead', async () => {
    const { store, query } = database();
    await query(`select c4gt.queue_subjects(array['7/7'])`);
    expect((await store.counts()).subjects).to.deep.equal({ pending: 1, dead: 0 });
    const work = (await store.claim(1_000, 60)).find(({ subject }) => subject === '7/7');
    if (work === undefined) throw new Error('A subject was expected');
    await store.bury(work, 'broken');
    expect((await store.counts()).subjects).to.deep.equal({ pending: 0, dead: 1 });
    await store.retry(null);
    expect((await store.counts()).subjects).to.deep.equal({ pending: 1, dead: 0 });
    await store.releaseClaims();
    for (const again of await store.claim(1_000, 60)) await store.finish(again, 'processed', null);
  });

  it('lets nobody end work a second time', async () => {
    const { store } = database();
    const work = await claimedOne(store);
    const guid = work.delivery?.guid ?? '';
    await store.finish(work, 'processed', null);
    await store.bury(work, 'too late');
    await store.postpone(work, 0, 'too late');
    await store.finish(work, 'ignored', 'too late');
    expect(await store.delivery(guid)).to.include({ state: 'processed', reason: null });
  });

  it('puts a delivery it cannot unpack out of the way of the others', async () => {
    const { store, query } = database();
    const [bad, good] = [aDelivery(), aDelivery()];
    await store.receive([bad]);
    await query(`update c4gt.batches set bodies = 'garbage' where not unpacked`);
    await store.receive([good]);
    const work = await store.claim(1_000, 60);
    expect(work.map(({ delivery }) => delivery?.guid))
      .to.include(good.guid)
      .and.not.include(bad.guid);
    const [row] = await query(`select state, reason from c4gt.deliveries where guid = '${bad.guid}'`);
    expect(row?.['state']).to.equal('dead');
    expect(row?.['reason']).to.match(/cannot be read/);
  });

  it('lists deliveries newest first, by state and event, page by page', async () => {
    const { store } = database();
    const deliveries = Array.from({ length: 5 }, () => aDelivery({ event: 'watch' }));
    for (const delivery of deliveries) {
      await store.receive([delivery]);
    }
    const first = await store.deliveries({ event: 'watch', state: 'pending', limit: 3 });
    const rest = await store.deliveries({ event: 'watch', limit: 3, before: first.at(-1)?.id ?? 0 });
    expect([...first, ...rest].map(({ guid }) => guid)).to.deep.equal(deliveries.map(({ guid }) => guid).reverse());
    expect(await store.deliveries({ event: 'watch', state: 'dead', limit: 3 })).to.deep.equal([]);
    expect(Object.keys(first[0] ?? {}).sort()).to.deep.equal([
      'attempts',
      'event',
      'finished_at',
      'guid',
      'id',
      'pruned',
      'reason',
      'received_at',
      'state',
    ]);
  });

  it('counts deliveries by state, effects waiting, and rules', async () => {
    const { store } = database();
    const effect = anEffect('outward', 'happened');
    await store.commit(aCommit({ effects: [effect], outward: [{ effect: effect.key, medium: 'github' }] }));
    const counts = await store.counts();
    expect(counts.pending + counts.processed + counts.ignored + counts.dead).to.equal(counts.received);
    expect(counts.effects).to.deep.equal({ pending: 1, dead: 0, skipped: 0, parked: 0 });
    expect(counts.rules).to.deep.equal({ version: null, count: 0 });
    await store.ping();
  });
});
