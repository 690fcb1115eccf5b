// Promise 9: Postgres is killed and shut down again and again while deliveries come and are decided.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import type { RunningServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { startListener, startWorker } from './halves.ts';
import { createLoad, delivery, startSending } from './load.ts';
import { createProgramme } from './programme.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice } from './verdict.ts';

const ENDS = ['SIGKILL', 'SIGQUIT', 'SIGKILL', 'SIGINT', 'SIGKILL'] as const;
/** Milliseconds for which Postgres is away. */
const AWAY = 500;

describe('a Postgres that goes away', () => {
  let postgres: PostgresServer;
  let url: string;
  const running: RunningServer[] = [];

  before(async () => {
    postgres = await startPostgres({ fsync: true });
    url = await postgres.createDatabase();
    running.push(await startListener(url));
    running.push(...(await Promise.all([startWorker(url), startWorker(url)])));
  });
  after(async () => {
    await Promise.all(running.map((each) => each.kill()));
    await postgres?.stop();
  });

  it('takes nothing with it that was acknowledged, and the processes find it again by themselves', async () => {
    const [load, programme] = [createLoad(), createProgramme()];
    const to = () => running[0]?.url ?? null;
    const stop = startSending(load, { senders: 6, pause: 15, to, next: () => delivery(programme.next()) });
    for (const signal of ENDS) {
      const before = load.acknowledged.size;
      await until('deliveries are acknowledged', () => load.acknowledged.size > before + 30);
      await postgres.kill(signal);
      count(signal === 'SIGKILL' ? 'postgresKilled' : 'postgresShutDown');
      const refused = load.counts.refused;
      await sleep(AWAY);
      expect(load.counts.refused, 'refused while it was away').to.be.greaterThan(refused);
      await postgres.restart();
    }
    const before = load.acknowledged.size;
    await until('deliveries are acknowledged again', () => load.acknowledged.size > before + 10);
    await stop();
    await load.sendAgain(to);

    const counts = await expectNothingLostNorTwice({ url, load, expected: programme.expected });
    expect(counts.received).to.equal(load.acknowledged.size);
    expect(load.counts.unanswered, 'left without an answer').to.equal(0);
    expect(load.slowest).to.be.lessThan(10_000);
    for (const each of running) expect(await each.stop()).to.include({ code: 0, stderr: '' });
  });
});
