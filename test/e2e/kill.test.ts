// Promise 1: whenever the server is killed, every acknowledged delivery is stored, and is worked off exactly once.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { type Person, storyClock, type Told } from '../../src/commands/scene.ts';
import { openStore } from '../../src/store/open.ts';
import type { Counts } from '../../src/store/reading.ts';
import { mentor, sunbird } from '../support/cast.ts';
import { openTestPostgres } from '../support/database.ts';
import { type Environment, type RunningServer, spawnCli, startServer, temporaryDirectory } from '../support/server.ts';
import { until } from '../support/until.ts';

const KILLS = 20;
/** Milliseconds after which a machine that is busy with other things is let off the rest of them, but a few. */
const ENOUGH = 25_000;
const FEW = 6;
const SENDERS = 8;
/** Deliveries of each sender in a burst; the kill comes anywhere among them, or after the last. */
const EACH = 3;

const form = ticketBody({ product: 'Sunbird', complexity: 'Low', skills: 'SQL', category: 'Backend', mentor: '@devi' });

/** Which of all deliveries were acknowledged; the number of an issue or pull request belongs to one delivery alone. */
class Load {
  readonly acknowledged = new Set<string>();
  sent = 0;
  kills = 0;

  /** Sends until the server is gone or enough was sent; each delivery is another issue or merged pull request. */
  async burst(server: RunningServer): Promise<void> {
    const sender = async () => {
      for (let count = 0; count < EACH; count++) {
        const guid = randomUUID();
        const response = await server.deliver(told(++this.sent), { guid }).catch(() => null);
        if (response === null) return;
        if (response.ok) this.acknowledged.add(guid);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
  }
}

function told(number: number): Told {
  const clock = storyClock();
  if (number % 4 !== 0) {
    const first = { title: `Issue ${number}`, body: form, author: mentor, labels: ['C4GT Community'] };
    return issueStory(clock, sunbird, number, first).opened();
  }
  const author: Person = { id: 5_000 + (number % 5), login: `worker-${number % 5}` };
  const first = { title: `Pull ${number}`, body: null, author, labels: ['C4GT Community'] };
  return pullRequestStory(clock, sunbird, number, first).merged(mentor);
}

/** Kills the server in the middle of each burst, then lets it finish, and returns what it says of itself. */
async function killAgainAndAgain(environment: Environment, load: Load): Promise<Outcome> {
  const began = performance.now();
  for (load.kills = 0; load.kills < KILLS; load.kills++) {
    if (load.kills >= FEW && performance.now() - began > ENOUGH) break;
    const server = await startServer(environment);
    const enough = load.acknowledged.size + Math.random() * SENDERS * EACH;
    let over = false;
    const sending = load.burst(server).finally(() => {
      over = true;
    });
    await until('the server has acknowledged enough', () => over || load.acknowledged.size >= enough);
    await sleep(Math.random() * 30);
    await server.kill();
    await sending;
  }
  const server = await startServer(environment);
  const counts = await server.settled();
  const { total: tickets } = (await server.get('/api/tickets?limit=1')).json<{ total: number }>();
  const { entries } = (await server.get('/api/leaderboard')).json<{ entries: { points: number }[] }>();
  await server.stop();
  return { counts, tickets, points: entries.reduce((sum, { points }) => sum + points, 0) };
}

interface Outcome {
  readonly counts: Counts;
  readonly tickets: number;
  readonly points: number;
}

/** What became of every delivery, by its GUID. */
async function stored(config: { databaseUrl: string | null; dataDir: string }): Promise<Map<string, string>> {
  const store = await openStore(config);
  const found = new Map<string, string>();
  try {
    for (let before = 2 ** 31; before > 0; ) {
      const page = await store.deliveries({ limit: 500, before });
      for (const { guid, event, state } of page) found.set(guid, `${event} ${state}`);
      before = page.at(-1)?.id ?? 0;
    }
    return found;
  } finally {
    await store.close();
  }
}

function expectNothingLostNorTwice(load: Load, found: Map<string, string>, { counts, tickets, points }: Outcome): void {
  const lost = [...load.acknowledged].filter((guid) => !found.has(guid));
  expect(lost).to.deep.equal([]);
  expect(load.acknowledged.size, 'the load was too light to mean anything').to.be.greaterThan(load.kills * 3);
  expect(counts).to.include({ received: found.size, processed: found.size, pending: 0, dead: 0 });
  const states = [...found.values()];
  expect(tickets).to.equal(states.filter((state) => state === 'issues processed').length);
  expect(points).to.equal(10 * states.filter((state) => state === 'pull_request processed').length);
}

describe(`killed ${KILLS} times under load`, function () {
  this.timeout(120_000);
  const directory = temporaryDirectory();

  it('an embedded database has all that was acknowledged, and each is worked off once', async () => {
    const load = new Load();
    const dataDir = join(directory, 'data');
    const outcome = await killAgainAndAgain({ DATA_DIR: dataDir }, load);
    expectNothingLostNorTwice(load, await stored({ databaseUrl: null, dataDir }), outcome);
  });

  it('a listener leaves all that it acknowledged to workers that start when it is gone, and die over it', async () => {
    const load = new Load();
    const database = await openTestPostgres();
    const environment = { DATABASE_URL: String(database.url), VISIBILITY_TIMEOUT: '2' };
    try {
      const listener = await startServer(environment, ['serve', '--no-worker']);
      for (; load.kills < 5; load.kills++) await load.burst(listener);
      await listener.kill();
      const [row] = await database.query('select count(*)::int as deliveries from c4gt.deliveries');
      expect(row?.['deliveries'], 'nobody has unpacked anything').to.equal(0);
      for (const milliseconds of [0, 40, 150]) {
        const { child, ended } = spawnCli(['worker'], environment);
        await until(
          'the worker is at it',
          async () => (await database.store.counts()).processed > 0 || child.exitCode !== null,
        );
        await sleep(milliseconds);
        child.kill('SIGKILL');
        await ended;
      }
      const server = await startServer(environment);
      const counts = await server.settled();
      const { total: tickets } = (await server.get('/api/tickets?limit=1')).json<{ total: number }>();
      const { entries } = (await server.get('/api/leaderboard')).json<{ entries: { points: number }[] }>();
      await server.stop();
      const points = entries.reduce((sum, { points: each }) => sum + each, 0);
      const found = await stored({ databaseUrl: environment.DATABASE_URL, dataDir: '' });
      expectNothingLostNorTwice(load, found, { counts, tickets, points });
    } finally {
      await database.close();
    }
  });

  it('a Postgres has all that was acknowledged, and each is worked off once', async () => {
    const load = new Load();
    const database = await openTestPostgres();
    const databaseUrl = String(database.url);
    try {
      const outcome = await killAgainAndAgain({ DATABASE_URL: databaseUrl, VISIBILITY_TIMEOUT: '2' }, load);
      expectNothingLostNorTwice(load, await stored({ databaseUrl, dataDir: '' }), outcome);
    } finally {
      await database.close();
    }
  });
});
