// Promises 1, 2, 4 and 7: two listeners and two workers, of which one is killed every moment, a hundred times in all, while
// deliveries come, some of them twice, and effects are carried out on GitHub. First among these files, for it takes longest.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { credentialsOf } from '../support/acting.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type Environment, type RunningServer, runCli } from '../support/server.ts';
import { patience } from '../support/until.ts';
import { environment, startListener, startWorker } from './halves.ts';
import { createLoad, type Delivery, delivery, startSending } from './load.ts';
import { createProgramme } from './programme.ts';
import { chanceFor } from './seed.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice } from './verdict.ts';

const KILLS = 100;
/** Milliseconds after which a machine that is busy with other things is let off the rest of them, but half. */
const ENOUGH = 120_000;
/** Milliseconds from one kill to the next, at most; at least none. */
const APART = 300;
/** One in so many deliveries is sent twice at once, to whoever is there; and under another GUID, a while later. */
const TWICE_IN = 8;
const FORGED_IN = 12;
/** Repositories, each with an installation of its own, in which GitHub wants writes a second apart. */
const HOMES = 40;
const RESTING = 200_000;

type Start = (url: string, more?: Environment) => Promise<RunningServer>;

/** A place for a process, in which there is another one as soon as one was killed. */
interface Post {
  readonly start: Start;
  running: RunningServer | null;
}

describe(`${KILLS} random kills of two listeners and two workers`, function () {
  this.timeout(600_000);
  let postgres: PostgresServer;
  let fake: FakeGitHub;
  let url: string;
  let more: Environment;
  const posts: Post[] = [startListener, startListener, startWorker, startWorker].map((start) => ({
    start,
    running: null,
  }));
  const fill = async (post: Post) => {
    post.running = await post.start(url, more);
  };

  before(async () => {
    [postgres, fake] = await Promise.all([startPostgres({ fsync: true }), startFakeGitHub()]);
    url = await postgres.createDatabase();
    more = credentialsOf(fake);
    await Promise.all(posts.map(fill));
  });
  after(async () => {
    await Promise.all(posts.map(({ running }) => running?.kill()));
    await fake?.stop();
    await postgres?.stop();
  });

  it('lose nothing, do nothing twice, and leave a ledger that fits', async () => {
    const chance = chanceFor('a hundred kills');
    const oneOf = <T>(list: readonly T[]): T | null => list[Math.floor(chance() * list.length)] ?? null;
    const [load, programme] = [createLoad(), createProgramme(HOMES, fake)];
    const listeners = posts.filter(({ start }) => start === startListener);
    const to = () => oneOf(listeners.flatMap(({ running }) => running?.url ?? []));
    const recent: Delivery[] = [];
    const next = () => {
      const made = delivery(programme.next());
      recent.splice(0, recent.length - 50);
      recent.push(made);
      return made;
    };
    const copies = new Set<Promise<unknown>>();
    const copy = (sent: Delivery) => {
      const [another, guid] = [to(), sent.guid];
      if (another === null) return;
      count('duplicates');
      const copied = load.send({ ...sent, guid }, another).finally(() => copies.delete(copied));
      copies.add(copied);
    };
    const nextWithCopies = () => {
      const made = next();
      if (chance() < 1 / TWICE_IN) copy(made);
      const old = oneOf(recent);
      if (old !== null && chance() < 1 / FORGED_IN) copy({ ...old, guid: randomUUID() });
      return made;
    };
    let most = 0;
    const watch = setInterval(() => {
      for (const { repository, number } of programme.expected.greeted)
        most = Math.max(most, fake.commentsOn(repository, number).length);
    }, 100).unref();

    const stop = startSending(load, { senders: 6, pause: 40, to, next: nextWithCopies });
    const restarts: Promise<void>[] = [];
    const began = performance.now();
    const isEnough = (kills: number) => kills >= KILLS / 2 && performance.now() - began > ENOUGH;
    for (let kill = 0; kill < KILLS && !isEnough(kill); ) {
      await sleep(chance() * APART);
      const victim = oneOf(posts.filter(({ running }) => running !== null));
      const { running } = victim ?? {};
      if (victim === null || running == null) continue;
      victim.running = null;
      restarts.push(running.kill().then(() => fill(victim)));
      kill += 1;
      count('killedAtRandom');
    }
    await Promise.all(restarts);
    await stop();
    await Promise.all(copies);
    await load.sendAgain(to);
    expect(load.counts.unanswered, 'deliveries under way at a kill').to.be.greaterThan(0);
    expect(load.acknowledged.size, 'the load was too light to mean anything').to.be.greaterThan(KILLS);

    await expectNothingLostNorTwice({ url, load, expected: programme.expected, fake }, patience(RESTING));
    clearInterval(watch);
    expect(most, 'comments that ever stood on one issue').to.equal(1);
    fake.assertPaced();
    for (const { running } of posts) expect(await running?.stop()).to.include({ code: 0, stderr: '' });
    expect(await runCli(['ledger', 'verify'], environment(url))).to.include({ code: 0, stderr: '' });
  });
});
