// Processes whose clocks are wrong by an hour and by a day, beside one another: times are the database's, or GitHub's.

import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import { credentialsOf } from '../support/acting.ts';
import { mentor } from '../support/cast.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type Environment, type RunningServer, temporaryDirectory } from '../support/server.ts';
import { patience, until } from '../support/until.ts';
import { startListener, startWorker } from './halves.ts';
import { createLoad, delivery, startSending } from './load.ts';
import { createProgramme, rulesDirectory } from './programme.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice } from './verdict.ts';

const HOUR = 3_600_000;
const SKEWS = { listener: -24 * HOUR, workers: [24 * HOUR, -24 * HOUR, HOUR, -HOUR] };

/** Known before the day begins. */
const ISSUES = 12;
const dailyRule = `version: 1
program: faults
rules:
  daily:
    description: An open issue earns its author a point a day.
    on: schedule.daily
    when: { issue.state: open }
    then: [{ award_points: { to: { fact: issue.author }, points: 1 } }]
`;

/** An environment in which the clock is wrong. */
function skewed(milliseconds: number): Environment {
  count('skewedClocks');
  const preload = fileURLToPath(new URL('clock.ts', import.meta.url));
  return { NODE_OPTIONS: `--import=${preload}`, CLOCK_SKEW: String(milliseconds) };
}

describe('wrong clocks', () => {
  let postgres: PostgresServer;
  let fake: FakeGitHub;
  let url: string;
  let listener: RunningServer;
  const workers: RunningServer[] = [];
  const daily = temporaryDirectory();

  before(async () => {
    cpSync(rulesDirectory, daily, { recursive: true });
    writeFileSync(join(daily, 'daily.yaml'), dailyRule);
    [postgres, fake] = await Promise.all([startPostgres({ fsync: true }), startFakeGitHub()]);
    url = await postgres.createDatabase('world');
    listener = await startListener(url, skewed(SKEWS.listener));
  });
  after(async () => {
    await Promise.all([listener, ...workers].map((each) => each?.kill()));
    await fake?.stop();
    await postgres?.stop();
  });

  it('begin each day once', async () => {
    const [load, programme] = [createLoad(), createProgramme()];
    const days = await postgres.createDatabase('days');
    const running = [await startListener(days), await startWorker(days)];
    try {
      for (let sent = 0; sent < ISSUES; sent++) await load.send(delivery(programme.opened()), running[0]?.url ?? '');
      await running[0]?.settled();
      await running.pop()?.stop();
      // Others before the right one: the day that has begun is then not the one it would begin.
      const hurried = [24 * HOUR, -24 * HOUR, HOUR, 0, 24 * HOUR].map((skew) =>
        startWorker(days, { ...skewed(skew), RULES_DIR: daily }),
      );
      running.push(...(await Promise.all(hurried)));
      const daysBegun = () =>
        rowsOf(days, "select details ->> 'day' as day from c4gt.audit where action = 'day begun'");
      // The furthest that any of these clocks can be ahead: after it none of them begins another.
      const isLast = ({ day }: Record<string, unknown>) =>
        day === new Date(Date.now() + 24 * HOUR).toISOString().slice(0, 10);
      await until('the last day that any of them knows has begun', async () => (await daysBegun()).some(isLast));
      await running[0]?.settled();
      const begun = await daysBegun();
      expect(new Set(begun.map(({ day }) => day)).size, 'different ones').to.equal(begun.length);
      const awards = await rowsOf(days, 'select subject, count(*)::int as count from c4gt.ledger group by subject');
      expect(awards.map(({ count }) => count)).to.deep.equal(Array.from({ length: ISSUES }, () => begun.length));
      programme.expected.points.set(mentor.login, ISSUES * begun.length);
      await expectNothingLostNorTwice({ url: days, load, expected: programme.expected });
    } finally {
      await Promise.all(running.map((each) => each.kill()));
    }
  });

  it('lose nothing and do nothing twice', async () => {
    const [load, programme] = [createLoad(), createProgramme(8, fake)];
    const stop = startSending(load, {
      ...{ senders: 3, pause: 30, to: () => listener.url },
      next: () => delivery(programme.next()),
    });
    await until('there is something to do', () => load.acknowledged.size > 50);
    const started = SKEWS.workers.map((skew) => startWorker(url, { ...skewed(skew), ...credentialsOf(fake) }));
    workers.push(...(await Promise.all(started)));
    // What one held that dies is retaken by those with other clocks.
    await until('it goes on', () => load.acknowledged.size > 150);
    await workers.shift()?.kill();
    await until('it goes on', () => load.acknowledged.size > 200);
    await stop();
    await expectNothingLostNorTwice({ url, load, expected: programme.expected, fake }, patience(150_000));
    fake.assertPaced();
    for (const each of [listener, ...workers]) expect(await each.stop()).to.include({ code: 0, stderr: '' });
  });
});

async function rowsOf(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
