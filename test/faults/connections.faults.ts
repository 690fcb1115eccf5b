// Promise 9: the connections to Postgres are terminated and reset, all of them, over and over.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import type { RunningServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { startListener, startWorker } from './halves.ts';
import { createLoad, delivery, startSending } from './load.ts';
import { createProgramme } from './programme.ts';
import { chanceFor } from './seed.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice } from './verdict.ts';
import { openWire, type Wire } from './wire.ts';

const ROUNDS = 24;

describe('connections that break', () => {
  let postgres: PostgresServer;
  let url: string;
  let owner: pg.Client;
  let wire: Wire;
  const running: RunningServer[] = [];

  before(async () => {
    postgres = await startPostgres({ fsync: true });
    url = await postgres.createDatabase('world');
    owner = new pg.Client(url);
    await owner.connect();
    wire = await openWire(url);
    running.push(await startListener(wire.url('world')));
    running.push(...(await Promise.all([startWorker(wire.url('world')), startWorker(url)])));
  });
  after(async () => {
    await Promise.all(running.map((each) => each.kill()));
    await wire?.stop();
    await owner?.end();
    await postgres?.stop();
  });

  it('lose nothing and do nothing twice, however often all of them do', async () => {
    const chance = chanceFor('connections');
    const [load, programme] = [createLoad(), createProgramme()];
    const to = () => running[0]?.url ?? null;
    const stop = startSending(load, { senders: 6, pause: 10, to, next: () => delivery(programme.next()) });
    let terminated = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(20 + chance() * 200);
      if (round % 3 === 2) count('reset', wire.reset());
      else terminated += await terminateAll(owner);
    }
    count('terminated', terminated);
    expect(terminated, 'the connections that were terminated').to.be.greaterThan(ROUNDS / 2);
    const before = load.acknowledged.size;
    await until('deliveries are acknowledged again', () => load.acknowledged.size > before + 10);
    await stop();
    await load.sendAgain(to);

    const counts = await expectNothingLostNorTwice({ url, load, expected: programme.expected });
    expect(counts.received).to.equal(load.acknowledged.size);
    expect(load.counts.unanswered, 'left without an answer').to.equal(0);
    for (const each of running) expect(await each.stop()).to.include({ code: 0, stderr: '' });
  });
});

/** All but the one that asks for it. */
async function terminateAll(owner: pg.Client): Promise<number> {
  const { rows } = await owner.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'world' and pid <> pg_backend_pid()",
  );
  return rows.length;
}
