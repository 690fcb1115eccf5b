// Promise 9: the database has no room left on its disk. What it cannot store is refused, what it cannot decide waits, and
// neither counts against any delivery.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { openStore } from '../../src/store/open.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { until } from '../support/until.ts';
import { startListener, startWorker } from './halves.ts';
import { createLoad, delivery, type Load } from './load.ts';
import { createProgramme, type Programme, rulesDirectory } from './programme.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice, judge } from './verdict.ts';

const MB = 1024 * 1024;
/** What the files of Postgres, and those of the embedded one, are held to; the latter's log alone has 16 MB. */
const ROOM = { postgres: 3 * MB, embedded: 18 * MB };
/** Deliveries that are refused before it has been full for long enough. */
const REFUSALS = 40;

/** As long as GitHub allows, in Chinese characters taken by chance, which nothing can compress by much. */
function lengthyText(): string {
  return String.fromCharCode(
    ...new Uint16Array(randomBytes(2 * 60_000).buffer).map((number) => 0x4e00 + (number % 20_000)),
  );
}

/** Sends until that many were refused: two lengthy ones and a short one at a time. */
async function fill(load: Load, programme: Programme, to: string): Promise<void> {
  const lengthy = () => programme.opened(false, lengthyText());
  for (let turn = 0; load.counts.refused < REFUSALS && turn < 2_000; turn++) {
    await Promise.all([lengthy(), lengthy(), programme.next()].map((told) => load.send(delivery(told), to)));
    count('diskFull', load.counts.refused > 0 ? 3 : 0);
  }
  expect(load.counts.refused, 'refused for want of room').to.be.at.least(REFUSALS);
  expect(load.counts.unanswered).to.equal(0);
}

describe('a disk without room', () => {
  const directory = temporaryDirectory();
  let postgres: PostgresServer | undefined;
  const running: RunningServer[] = [];
  after(async () => {
    await Promise.all(running.map((each) => each.kill()));
    await postgres?.stop();
  });

  it('of Postgres costs no delivery, and none of its tries', async () => {
    postgres = await startPostgres({ fsync: true, walSegment: 1 });
    const url = await postgres.createDatabase();
    const [load, programme] = [createLoad(), createProgramme()];
    const listener = await startListener(url);
    const worker = await startWorker(url);
    running.push(listener, worker);
    await postgres.restart(ROOM.postgres);
    await until('it is back', async () => (await listener.get('/readyz')).status === 200);
    await fill(load, programme, listener.url);
    await postgres.restart();
    await until('it is back', async () => (await listener.get('/readyz')).status === 200);
    await load.sendAgain(() => listener.url);
    const counts = await expectNothingLostNorTwice({ url, load, expected: programme.expected });
    expect(counts.received).to.equal(load.acknowledged.size);
    expect(worker.log.filter(({ msg }) => msg === 'failed; will be tried again')).to.deep.equal([]);
    for (const each of [listener, worker]) expect(await each.stop()).to.include({ code: 0, stderr: '' });
  });

  it('of the embedded database costs no delivery', async () => {
    const dataDir = join(directory, 'data');
    const [load, programme] = [createLoad(), createProgramme()];
    const settings = { DATA_DIR: dataDir, RULES_DIR: rulesDirectory };
    const first = await startServer(settings);
    await first.stop();
    const full = await startServer(settings, ['serve'], ROOM.embedded);
    running.push(full);
    await fill(load, programme, full.url);
    expect(await full.stop()).to.include({ code: 0, stderr: '' });

    const roomy = await startServer(settings);
    running.push(roomy);
    await load.sendAgain(() => roomy.url);
    await roomy.settled();
    expect(await roomy.stop()).to.include({ code: 0, stderr: '' });
    const store = await openStore({ databaseUrl: null, dataDir });
    try {
      const counts = await judge({ url: '', load, expected: programme.expected }, store, 1_000);
      expect(counts.received).to.equal(load.acknowledged.size);
    } finally {
      await store.close();
    }
  });
});
