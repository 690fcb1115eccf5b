// The transport to a server that goes away, comes back, hangs, or says no.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createStore } from '../../src/store/database-store.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
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
