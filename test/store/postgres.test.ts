// The transport to a server that goes away, comes back, hangs, or says no.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createStore } from '../../src/store/database-store.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import type { Transport } from '../../src/store/transport.ts';
import { openTestPostgres } from '../support/database.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { aDelivery } from './samples.ts';

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => 'succeeded',
    (error: unknown) => error,
  );
}

describe('a Postgres server that', () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres({ fsync: true });
  });
  after(async () => {
    await server.stop();
  });

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`is ended by ${signal} is reported unavailable, and found again by itself with everything acknowledged`, async () => {
      const transport = openPostgres(await server.createDatabase());
      const store = createStore(transport);
      await migrate(transport);
      const acknowledged = aDelivery();
      await store.receive([acknowledged]);
      // Several idle connections to lose, and one at work.
      await Promise.all(Array.from({ length: 5 }, () => store.ping()));
      const asleep = failureOf(transport.connected((connection) => connection.execute('select pg_sleep(20)')));
      await sleep(50);

      await server.kill(signal);
      expect(await asleep)
        .to.be.instanceOf(StoreUnavailable)
        .with.property('cause')
        .that.is.instanceOf(Error);
      expect(await failureOf(store.receive([aDelivery()]))).to.be.instanceOf(StoreUnavailable);

      await server.restart();
      await store.receive([aDelivery()]);
      expect(await store.delivery(acknowledged.guid)).to.include({ state: 'pending' });
      expect(await store.claim(10, 60)).to.have.length(2);
      await store.close();
    });
  }
});

describe('the Postgres transport', () => {
  it('gives up on a server that never answers', async () => {
    const sockets = new Set<Socket>();
    const hanging = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const address = hanging.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const transport = openPostgres(`postgres://postgres@127.0.0.1:${port}/none`, { connectTimeout: 200 });
    expect(await failureOf(transport.call('ping', {}))).to.be.instanceOf(StoreUnavailable);
    await transport.close();
    for (const socket of sockets) {
      socket.destroy();
    }
    hanging.close();
  });

  it('gives up on a statement that takes too long, and goes on', async () => {
    const { url, close } = await openTestPostgres();
    const transport = openPostgres(url ?? '', { statementTimeout: 100 });
    const slow = transport.connected((connection) => connection.execute('select pg_sleep(20)'));
    expect(await failureOf(slow)).to.be.instanceOf(StoreUnavailable);
    expect(await transport.call('ping', {})).to.equal(null);
    await transport.close();
    await close();
  });

  it("does without prepared statements where they are lost, or are another one's, or no longer fit", async () => {
    const { url, query, close } = await openTestPostgres();
    await query(`
      create function public.run(statement text) returns void language plpgsql as 'begin execute statement; end';
      create function public.prepared() returns jsonb language sql as
        $$ select jsonb_object_agg(statement, name) from pg_prepared_statements $$`);
    const ping = 'select * from public."ping"()';
    const preparedOf = async (transport: Transport) =>
      ((await transport.call('prepared', {})) ?? {}) as Record<string, string | undefined>;
    const first = openPostgres(url ?? '', { connections: 1 });
    await first.call('ping', {});
    const { [ping]: name = '' } = await preparedOf(first);
    expect(name).to.match(/^c4gt_[0-9a-f]{32}$/);
    await first.close();

    // With one connection, what a pooler does to it is done to whoever comes next.
    const mishaps: readonly ((transport: Transport) => Promise<unknown>)[] = [
      (transport) => transport.call('run', { statement: 'deallocate all' }),
      async (transport) => {
        await transport.call('run', { statement: 'deallocate all' });
        await transport.call('read_active_rules', {});
      },
      () =>
        query(
          'drop function public.ping(); create function public.ping() returns integer language sql as $$ select 7 $$',
        ),
    ];
    for (const mishap of mishaps) {
      const transport = openPostgres(url ?? '', { connections: 1 });
      await transport.call('ping', {});
      await transport.call('read_active_rules', {});
      await mishap(transport);
      expect(await transport.call('ping', {})).to.be.oneOf([null, 7]);
      expect(await transport.call('read_active_rules', {})).to.equal(null);
      await transport.close();
    }

    const second = openPostgres(url ?? '', { connections: 1 });
    await second.call('run', { statement: `prepare "${name}" as ${ping}` });
    expect(await second.call('ping', {})).to.equal(7);
    await second.call('read_active_rules', {});
    expect(Object.keys(await preparedOf(second)).filter((text) => text.includes('read_active_rules'))).to.deep.equal(
      [],
    );
    await second.close();
    await close();
  });

  it('stores what is delivered while every other connection waits for the database', async () => {
    const { url, query, close } = await openTestPostgres();
    const transport = openPostgres(url ?? '');
    const store = createStore(transport);
    await query(`
      create function public.hang() returns void language plpgsql as 'begin perform pg_advisory_xact_lock(4711); end'`);
    const freed = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holder = transport.connected(async (connection) => {
      await connection.execute('select pg_advisory_lock(4711)');
      held.resolve();
      await freed.promise;
    });
    await held.promise;
    const hanging = Array.from({ length: 30 }, () => failureOf(transport.call('hang', {})));
    const first = Promise.race([...hanging, holder]).then(() => 'one of the others');
    const stored = Promise.all([store.receive([aDelivery()]), store.receive([aDelivery()])]).then(
      () => 'the deliveries',
    );
    expect(await Promise.race([stored, first])).to.equal('the deliveries');
    freed.resolve();
    await Promise.all([...hanging, holder]);
    await store.close();
    await close();
  });

  it('takes ten connections at most', async () => {
    const { url, query, close } = await openTestPostgres();
    const transport = openPostgres(url ?? '');
    const store = createStore(transport);
    const deliveries = Array.from({ length: 20 }, () => store.receive([aDelivery()]));
    await Promise.all([...deliveries, ...Array.from({ length: 100 }, () => store.tickets({ limit: 1, offset: 0 }))]);
    const [{ count } = {}] = await query(
      `select count(*)::int from pg_stat_activity
       where datname = current_database() and application_name = 'c4gt' and pid <> pg_backend_pid()`,
    );
    expect(count).to.equal(10);
    await store.close();
    await close();
  });

  it('passes on what the database refuses as it is', async () => {
    const { transport, close } = await openTestPostgres();
    for (const [name, args] of [
      ['no_such_function', {}],
      ['"; select 1; --', {}],
      ['ping', { 'a"b': 1 }],
    ] as const) {
      const failure = await failureOf(transport.call(name, args));
      expect(failure).to.be.instanceOf(Error).and.not.instanceOf(StoreUnavailable);
      expect(failure).to.have.property('code', '42883');
    }
    await close();
  });
});
