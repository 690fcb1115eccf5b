// Batches: what was acknowledged together is one row, and becomes deliveries, each once, when somebody looks or works.
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import pg from 'pg';
import { createStore } from '../../src/store/database-store.ts';
import { migrate } from '../../src/store/migrate.ts';
import { packDeliveries } from '../../src/store/pack-deliveries.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { type IncomingDelivery, StoreUnavailable, type Work } from '../../src/store/store.ts';
import { eachDatabase, openTestPostgres, type TestDatabase } from '../support/database.ts';
import { startPostgres } from '../support/postgres.ts';
import { aDelivery } from './samples.ts';

/** Seconds in which no claim of these tests ends by itself. */
const A_WHILE = 3_600;

const PACKED =
  'select count(*)::int as batches, coalesce(sum(count), 0)::int as deliveries from c4gt.batches where not unpacked';

async function packed({ query }: TestDatabase): Promise<number> {
  const [row] = await query(PACKED);
  return Number(row?.['deliveries']);
}

const textOf = (body: Uint8Array | null | undefined): string => (body ? Buffer.from(body).toString() : 'none');
const guidsOf = (works: readonly Work[]): (string | undefined)[] => works.map(({ delivery }) => delivery?.guid);

/** Claims whatever there is. */
async function claimAll({ store }: TestDatabase): Promise<Work[]> {
  const all: Work[] = [];
  for (let works = await store.claim(1_000, A_WHILE); works.length > 0; works = await store.claim(1_000, A_WHILE))
    all.push(...works);
  return all;
}

eachDatabase('a batch', (database) => {
  beforeEach(() => claimAll(database()));

  it('is all that acknowledging writes', async () => {
    const { store, query } = database();
    const before = await query('select count(*) from c4gt.deliveries');
    await store.receive([aDelivery(), aDelivery(), aDelivery()]);
    expect(await query(PACKED)).to.deep.equal([{ batches: 1, deliveries: 3 }]);
    expect(await query('select count(*) from c4gt.deliveries')).to.deep.equal(before);
  });

  it('is handed out in the order in which it came, each delivery with its own body', async () => {
    const deliveries = Array.from({ length: 9 }, (_, index) => aDelivery({ body: Buffer.from('x'.repeat(index)) }));
    await database().store.receive(deliveries.slice(0, 5));
    await database().store.receive(deliveries.slice(5));
    const works = await database().store.claim(1_000, A_WHILE);
    expect(guidsOf(works)).to.deep.equal(deliveries.map(({ guid }) => guid));
    expect(works.map(({ delivery }) => delivery?.body.length)).to.deep.equal(deliveries.map(({ body }) => body.length));
  });

  it('is handed out in parts when its bodies are too large to be held together', async () => {
    const { store } = database();
    const deliveries = Array.from({ length: 5 }, () => aDelivery({ body: Buffer.alloc(20 * 1024 * 1024, ' ') }));
    for (const delivery of deliveries) await store.receive([delivery]);
    const parts: number[] = [];
    const guids: string[] = [];
    for (let works = await store.claim(10, A_WHILE); works.length > 0; works = await store.claim(10, A_WHILE)) {
      parts.push(works.length);
      for (const { delivery, attempt } of works) {
        expect(attempt, 'nobody was at it before').to.equal(1);
        guids.push(delivery?.guid ?? '');
      }
    }
    expect(parts).to.deep.equal([2, 2, 1]);
    expect(guids.sort()).to.deep.equal(deliveries.map(({ guid }) => guid).sort());
  });

  it('of nothing at all is none', async () => {
    await database().store.receive([]);
    expect(await packed(database())).to.equal(0);
  });

  const [guid, other] = [randomUUID(), randomUUID()];
  const malformed: readonly [what: string, listing: string][] = [
    ['no JSON', 'deliveries'],
    ['no list', '{"guid": 1}'],
    ['of nothing', '[]'],
    ['a list of other things', '[1, 2]'],
    ['without a GUID', '[{"event":"issues","size":1}]'],
    ['with a GUID that is none', '[{"guid":"7","event":"issues","size":1}]'],
    ['without an event', `[{"guid":"${guid}","size":1}]`],
    ['without a size', `[{"guid":"${guid}","event":"issues"}]`],
    ['with a size below nothing', `[{"guid":"${guid}","event":"issues","size":-1}]`],
    ['with a size beyond all bounds', `[{"guid":"${guid}","event":"issues","size":9999999999}]`],
    [
      'with sizes that are too much together',
      JSON.stringify([guid, other].map((id) => ({ guid: id, event: 'e', size: 2e9 }))),
    ],
    ['with an event that Postgres cannot hold', `[{"guid":"${guid}","event":"\\u0000","size":1}]`],
    ['that is right but for its last', `[{"guid":"${guid}","event":"issues","size":1},{"guid":"${other}"}]`],
  ];
  for (const [what, listing] of malformed) {
    it(`whose listing is ${what} is refused, for good, and is in nobody's way`, async () => {
      const { store, transport } = database();
      const { bodies } = await packDeliveries([aDelivery()]);
      const failure = await transport
        .call('receive_deliveries', { deliveries: listing, bodies })
        .catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(Error).and.not.instanceOf(StoreUnavailable);
      const good = aDelivery();
      await store.receive([good]);
      expect(guidsOf(await store.claim(1_000, A_WHILE))).to.deep.equal([good.guid]);
    });
  }

  it('of thousands is not unpacked in one go, and everything comes to be claimed', async () => {
    const deliveries = Array.from({ length: 1_300 }, () => aDelivery({ body: Buffer.from('{}') }));
    for (let start = 0; start < deliveries.length; start += 100)
      await database().store.receive(deliveries.slice(start, start + 100));
    const [first] = await database().store.claim(1, A_WHILE);
    expect(first?.delivery?.guid).to.equal(deliveries[0]?.guid);
    expect(await packed(database())).to.equal(800);
    expect(guidsOf(await claimAll(database()))).to.deep.equal(deliveries.slice(1).map(({ guid: id }) => id));
  });

  it('of nothing but what is known already is not kept', async () => {
    const { store, query } = database();
    const delivery = aDelivery();
    await store.receive([delivery]);
    await store.receive([delivery, { ...delivery, guid: delivery.guid.toUpperCase(), body: Buffer.from('another') }]);
    const before = await query('select count(*)::int as batches from c4gt.batches where unpacked');
    expect(guidsOf(await store.claim(1_000, A_WHILE))).to.deep.equal([delivery.guid]);
    const [after] = await query('select count(*)::int as batches from c4gt.batches');
    expect(after?.['batches']).to.equal(Number(before[0]?.['batches']) + 1);
  });

  it('that is gone takes bodies with it and no deliveries, and what comes again has a body again', async () => {
    const { store, query } = database();
    const [gone, kept] = [aDelivery(), aDelivery()];
    await store.receive([gone]);
    await store.receive([kept]);
    for (const work of await store.claim(1_000, A_WHILE)) await store.bury(work, 'broken');
    await query(`delete from c4gt.batches where id = (select batch from c4gt.deliveries where guid = '${gone.guid}')`);

    expect(await store.delivery(gone.guid)).to.include({ state: 'dead', body: null });
    expect(await store.retry(gone.guid), 'there is nothing to work on').to.equal(0);
    expect(await store.delivery(gone.guid)).to.include({ state: 'dead' });
    const again = [gone, kept].map((delivery) => ({ ...delivery, body: Buffer.from('as it came again') }));
    await store.receive(again);
    const works = await store.claim(1_000, A_WHILE);
    expect(works.map(({ delivery }) => [delivery?.guid, textOf(delivery?.body)])).to.have.deep.members([
      [gone.guid, 'as it came again'],
      [kept.guid, textOf(kept.body)],
    ]);
  });

  it('that was pruned under what is still to be done is told as that', async () => {
    const { store, query } = database();
    const [gone, kept] = [aDelivery(), aDelivery()];
    await store.receive([gone]);
    await store.receive([kept]);
    await store.deliveries({ limit: 1 });
    await query(`delete from c4gt.batches where id = (select batch from c4gt.deliveries where guid = '${gone.guid}')`);
    expect(guidsOf(await store.claim(1_000, A_WHILE))).to.deep.equal([kept.guid]);
    expect(await store.delivery(gone.guid)).to.include({
      state: 'dead',
      reason: 'The stored delivery cannot be read: Error: its body was pruned',
    });
  });

  it('keeps each GUID once, with the body it first came with, whatever comes again, dies or is tried again', async () => {
    const { store } = database();
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ receive: fc.array(fc.nat(7), { minLength: 1, maxLength: 6 }) }) },
      { weight: 2, arbitrary: fc.record({ work: fc.array(fc.constantFrom('processed', 'dead'), { maxLength: 4 }) }) },
      fc.record({ retry: fc.nat(7) }),
      fc.record({ look: fc.nat(7) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const guids: readonly string[] = Array.from({ length: 8 }, () => randomUUID());
        const guidOf = (index: number): string => guids[index] ?? '';
        const expected = new Map<string, { body: string; state: string }>();
        const isOurs = ({ delivery }: Work) => delivery !== null && guids.includes(delivery.guid);
        let count = 0;
        for (const now of steps) {
          if ('receive' in now) {
            const group = now.receive.map((index): IncomingDelivery => {
              const body = `body ${++count}`;
              const known = expected.get(guidOf(index));
              if (known === undefined) expected.set(guidOf(index), { body, state: 'pending' });
              else if (known.state === 'dead') known.state = 'pending';
              return { guid: guidOf(index), event: 'issues', body: Buffer.from(body) };
            });
            await store.receive(group);
          } else if ('work' in now) {
            const works = (await store.claim(now.work.length, A_WHILE)).filter(isOurs);
            for (const [index, work] of works.entries()) {
              const { guid: id = '', body } = work.delivery ?? {};
              expect(textOf(body)).to.equal(expected.get(id)?.body);
              expect(expected.get(id)?.state).to.equal('pending');
              if (now.work[index] === 'dead') await store.bury(work, 'broken');
              else await store.finish(work, 'processed', null);
              expected.set(id, { body: textOf(body), state: now.work[index] ?? '' });
            }
          } else if ('retry' in now) {
            const known = expected.get(guidOf(now.retry));
            const isFinished = known !== undefined && known.state !== 'pending';
            expect(await store.retry(guidOf(now.retry))).to.equal(isFinished ? 1 : 0);
            if (isFinished) known.state = 'pending';
          } else {
            const found = await store.delivery(guidOf(now.look));
            const known = expected.get(guidOf(now.look));
            expect(found && { body: textOf(found.body), state: found.state }).to.deep.equal(known ?? null);
          }
        }
        const works = (await claimAll(database())).filter(isOurs);
        const pending = [...expected].filter(([, { state }]) => state === 'pending').map(([id]) => id);
        expect(guidsOf(works).sort()).to.deep.equal(pending.sort());
        for (const work of works) await store.finish(work, 'processed', null);
      }),
      { numRuns: 25 },
    );
  });

  it('that several listeners store at once, with what the others store too, is worked off once', async () => {
    const { store } = database();
    const deliveries = Array.from({ length: 60 }, () => aDelivery());
    const groups = fc.array(fc.array(fc.nat(59), { minLength: 1, maxLength: 20 }), { minLength: 4, maxLength: 12 });
    const [sent = []] = fc.sample(groups, 1);
    const claims: Work[] = [];
    let isReceiving = true;
    const claiming = async () => {
      // As a worker does that found nothing, and lets everybody else go on.
      for (; isReceiving; await setImmediate()) claims.push(...(await store.claim(10, A_WHILE)));
    };
    const claimers = [claiming(), claiming()];
    await Promise.all(sent.map((group) => store.receive(group.map((index) => deliveries[index] ?? aDelivery()))));
    isReceiving = false;
    await Promise.all(claimers);
    claims.push(...(await claimAll(database())));
    const wanted = [...new Set(sent.flat())].map((index) => deliveries[index]?.guid);
    expect(guidsOf(claims).sort()).to.deep.equal(wanted.sort());
  });
});

describe('batches (Postgres)', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestPostgres();
  });
  afterEach(() => database.close());

  /** A connection of its own, with a transaction open on it. */
  async function begun(): Promise<pg.Client> {
    const client = new pg.Client(database.url ?? '');
    await client.connect();
    await client.query('begin');
    return client;
  }

  it('are found also when one with a smaller number is committed after others were unpacked', async () => {
    const [late, early] = [aDelivery(), aDelivery()];
    const client = await begun();
    const { deliveries, bodies } = await packDeliveries([late]);
    await client.query('select public.receive_deliveries($1, $2)', [deliveries, bodies]);
    await database.store.receive([early]);
    expect(guidsOf(await database.store.claim(10, A_WHILE))).to.deep.equal([early.guid]);
    await client.query('commit');
    await client.end();
    expect(guidsOf(await database.store.claim(10, A_WHILE))).to.deep.equal([late.guid]);
  });

  it('are left to whoever unpacks just now by those who have other work, and waited for by those who have none', async () => {
    const [first, second] = [aDelivery(), aDelivery()];
    await database.store.receive([first]);
    await database.store.deliveries({ limit: 1 });
    await database.store.receive([second]);
    const client = await begun();
    await client.query('select c4gt.unpack_batches()');
    expect(guidsOf(await database.store.claim(10, A_WHILE))).to.deep.equal([first.guid]);
    const waiting = database.store.claim(10, A_WHILE);
    await client.query('commit');
    await client.end();
    expect(guidsOf(await waiting)).to.deep.equal([second.guid]);
  });

  it('of whoever died in the middle of unpacking are unpacked by the next', async () => {
    const deliveries = [aDelivery(), aDelivery()];
    await database.store.receive(deliveries);
    const client = await begun();
    await client.query('select c4gt.unpack_batches()');
    const [{ pid } = { pid: 0 }] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    client.on('error', () => undefined);
    await database.query(`select pg_terminate_backend(${pid})`);
    expect(guidsOf(await database.store.claim(10, A_WHILE))).to.deep.equal(deliveries.map(({ guid }) => guid));
  });
});

describe('a claim, when Postgres crashes right after', function () {
  this.timeout(60_000);

  it('has given out numbers that stay those of its deliveries', async () => {
    const server = await startPostgres({ fsync: true });
    try {
      const url = await server.createDatabase();
      const transport = openPostgres(url);
      await migrate(transport);
      const store = createStore(transport);
      await store.receive([aDelivery(), aDelivery()]);
      const numbers = (await store.claim(10, A_WHILE)).map(({ message, delivery }) => [
        ...[message, delivery?.id, delivery?.guid],
      ]);
      await server.kill('SIGKILL');
      await server.restart();
      await transport.close();

      const again = openPostgres(url);
      const there = createStore(again);
      expect(await there.claim(10, A_WHILE), 'they stay claimed').to.deep.equal([]);
      await there.releaseClaims();
      const found = (await there.claim(10, A_WHILE)).map(({ message, delivery }) => [
        ...[message, delivery?.id, delivery?.guid],
      ]);
      expect(numbers).to.have.length(2);
      expect(found).to.deep.equal(numbers);
      await again.close();
    } finally {
      await server.stop();
    }
  });
});
