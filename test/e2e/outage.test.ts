// Promises 7 and 9: Postgres going away, and workers dying, cost time and nothing else.
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { storyClock, type Told } from '../../src/commands/scene.ts';
import { mentor, sunbird } from '../support/cast.ts';
import { openTestPostgres } from '../support/database.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type Environment, type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { until } from '../support/until.ts';

const form = ticketBody({ product: 'Sunbird', complexity: 'Low', skills: 'SQL', category: 'Backend', mentor: '@devi' });

function ticket(number: number): Told {
  const first = { title: `Issue ${number}`, body: form, author: mentor, labels: ['C4GT Community'] };
  return issueStory(storyClock(), sunbird, number, first).opened();
}

const listing = (points: number) => `version: 1
program: demo
rules:
  list:
    description: Every open issue is a ticket.
    on: issues
    while: { issue.state: open }
    then: [{ list_ticket: { points: ${points} } }]
`;

describe('a server whose Postgres goes away', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const rules = join(directory, 'rules');
  let postgres: PostgresServer;
  let server: RunningServer;
  const reads = [
    '/api/status',
    '/api/tickets',
    '/api/leaderboard',
    '/api/contributors/asha',
    '/api/why/a/b/1',
    '/readyz',
  ];
  const points = async () => {
    const { tickets } = (await server.get('/api/tickets')).json<{ tickets: { points: number }[] }>();
    return tickets.map((each) => each.points).join();
  };

  before(async () => {
    mkdirSync(rules);
    writeFileSync(join(rules, 'demo.yaml'), listing(1));
    postgres = await startPostgres({ fsync: true });
    const url = await postgres.createDatabase();
    server = await startServer({ DATABASE_URL: url, RULES_DIR: rules, VISIBILITY_TIMEOUT: '2' });
    expect((await server.deliver(ticket(1))).status).to.equal(202);
    await server.settled();
  });
  after(async () => {
    await server?.kill();
    await postgres?.stop();
  });

  for (const signal of ['SIGKILL', 'SIGINT', 'SIGQUIT'] as const) {
    it(`by ${signal}, says 503 until it is back, and then works by itself`, async () => {
      const before = (await server.get('/api/status')).json<{ received: number }>().received;
      const acknowledged: number[] = [];
      let sent = 0;
      let away = false;
      const sender = async () => {
        while (!away) {
          const { status } = await server.deliver(ticket(1_000 + before + ++sent));
          expect(status).to.be.oneOf([202, 503]);
          if (status === 202) acknowledged.push(status);
        }
      };
      const sending = Promise.all([sender(), sender(), sender(), sender()]);
      await until('some were acknowledged', () => acknowledged.length > 10);
      await postgres.kill(signal);
      away = true;
      await sending;

      // A backend may outlive its postmaster by the statement that it is at.
      await until('it is away', async () => (await server.get('/readyz')).status === 503);
      const refused = await server.deliver(ticket(2));
      expect(refused.status).to.equal(503);
      expect(Number(refused.headers.get('retry-after'))).to.be.greaterThan(0);
      for (const path of reads) {
        const { status, headers, text } = await server.get(path);
        expect(status, path).to.equal(503);
        expect(headers.get('content-type'), path).to.equal('application/problem+json');
        expect(text, path).not.to.match(/ECONN|127\.0\.0\.1|postgres/i);
      }
      expect((await server.get('/healthz')).status).to.equal(200);
      expect((await server.get('/metrics')).text).to.include('\nc4gt_database_up 0\n');

      await postgres.restart();
      await until('it is ready again', async () => (await server.get('/readyz')).status === 200);
      expect((await server.deliver(ticket(3))).status).to.equal(202);
      const counts = await server.settled();
      expect(counts.received).to.be.within(before + acknowledged.length + 1, before + sent + 1);
      expect(counts).to.include({ processed: counts.received, dead: 0 });
    });
  }

  it('takes rules that were edited meanwhile once it is back', async () => {
    await postgres.kill('SIGINT');
    const from = server.log.length;
    writeFileSync(join(rules, 'demo.yaml'), listing(7));
    await server.logged('the changed rules cannot be used; the old ones stay in force', from);
    await postgres.restart();
    await server.logged('other rules are in force', from);
    await until('every ticket follows', async () => /^7(,7)*$/.test(await points()));
  });

  it('ends by SIGTERM also while it is away', async () => {
    await postgres.kill('SIGINT');
    expect(await server.stop()).to.include({ code: 0, signal: null });
  });
});

describe('workers beside the server', function () {
  this.timeout(60_000);
  let environment: Environment;
  before(async () => {
    const database = await openTestPostgres();
    after(() => database.close());
    environment = { DATABASE_URL: String(database.url), VISIBILITY_TIMEOUT: '2' };
  });

  it('do the work, and what a killed one held is retaken by the next', async () => {
    const server = await startServer(environment, ['serve', '--no-worker']);
    const workers: RunningServer[] = [];
    try {
      const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
      for (const told of numbers.map(ticket)) expect((await server.deliver(told)).status).to.equal(202);
      const status = async () => (await server.get('/api/status')).json<{ pending: number; processed: number }>();
      expect(await status()).to.include({ pending: 200, processed: 0 });

      workers.push(await startServer(environment, ['worker']));
      await until('the first is in the middle of it', async () => (await status()).processed > 0);
      await workers[0]?.kill();
      expect((await status()).pending, 'the worker was killed too late to have held anything').to.be.greaterThan(0);

      workers.push(
        ...(await Promise.all([startServer(environment, ['worker']), startServer(environment, ['worker'])])),
      );
      expect(await server.settled()).to.include({ received: 200, processed: 200, dead: 0 });
      expect((await server.get('/api/tickets')).json()).to.include({ total: 200 });
      for (const worker of workers.slice(1)) expect(await worker.stop()).to.include({ code: 0, stderr: '' });
    } finally {
      await Promise.all([server, ...workers].map((each) => each.kill()));
    }
  });

  it('do not receive: a worker needs no webhook secret and listens nowhere', async () => {
    const worker = await startServer({ ...environment, GITHUB_WEBHOOK_SECRET: '' }, ['worker']);
    expect(worker.url).to.equal('null');
    expect(await worker.stop()).to.include({ code: 0 });
  });

  it('tell deliveries apart by GUID, whichever server they reach', async () => {
    const servers = await Promise.all([startServer(environment), startServer(environment)]);
    try {
      const guid = randomUUID();
      const before = (await servers[0].settled()).received;
      const sent = [...servers, ...servers].map((server) => server.deliver(ticket(5_000), { guid }));
      expect((await Promise.all(sent)).map(({ status }) => status)).to.deep.equal([202, 202, 202, 202]);
      expect((await servers[1].settled()).received).to.equal(before + 1);
    } finally {
      await Promise.all(servers.map((server) => server.kill()));
    }
  });
});
