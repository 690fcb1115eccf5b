// Promise 31 over HTTP: what GitHub asks of us is obeyed. Real client, real performers, real seconds; where minutes would
// pass, the database's clock is turned on.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { createStore } from '../../src/store/database-store.ts';
import type { Terms } from '../../src/store/outbox.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { type Performer, startPerformer, TERMS } from '../../src/worker/performer.ts';
import { emptyOutbox, pass } from '../store/outbox-samples.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Fault, PlainFault } from '../support/fake-github/faults.ts';
import { patience, until } from '../support/until.ts';
import { appOf, type HttpStage, quiet, setHttpStage } from './performing-over-http.ts';

const POST_COMMENT = 'POST /repos/*/*/issues/*/comments';

describe("GitHub's limits over HTTP", function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let fake: FakeGitHub;
  let stage: HttpStage;
  const running: (() => Promise<unknown>)[] = [];

  before(async () => {
    database = await openTestPostgres();
  });
  after(() => database.close());
  beforeEach(async () => {
    await emptyOutbox(database);
    fake = await startFakeGitHub();
    stage = await setHttpStage(database, fake, appOf(fake));
  });
  afterEach(async () => {
    for (const end of running.splice(0)) await end();
    await fake.stop();
  });

  /** A worker of its own, with a connection and a client of its own, as another process has. */
  const begin = (terms: Partial<Terms> = {}): Performer => {
    const transport = openPostgres(String(database.url), { connections: 5 });
    const performer = startPerformer({
      ...{ store: createStore(transport), actions, github: appOf(fake), log: quiet, terms: { ...TERMS, ...terms } },
    });
    running.push(async () => {
      await performer.stop();
      await transport.close();
    });
    return performer;
  };
  const greet = (on: HttpStage, issues: number) => {
    for (let number = 3; number < 3 + issues; number++) on.fake.issue(on.repository, { number });
    const wishes = Array.from({ length: issues }, (_, index) => {
      return on.want('comment', { number: 3 + index, key: `c${index}`, params: { body: 'Hello' } });
    });
    return Promise.all(wishes);
  };
  const writes = () => fake.log.filter(({ isWrite }) => isWrite);
  const pending = async () => (await database.store.counts()).effects.pending;
  const settled = (within: number) => until('nothing waits', async () => (await pending()) === 0, patience(within));
  const reasons = async () =>
    new Set((await database.store.effects({ state: 'pending', limit: 99 })).map(({ reason }) => reason));
  /** How long nothing was asked through the installation of what was hit first; milliseconds. */
  const silence = () => {
    const hit = fake.log.findIndex(({ fault }) => fault !== null);
    const after = fake.log.slice(hit + 1).find(({ installation }) => installation === fake.log[hit]?.installation);
    return (after?.at ?? 0) - (fake.log[hit]?.endedAt ?? 0);
  };

  for (const [what, fault, seconds] of [
    ['a retry-after', { kind: 'secondaryLimit', retryAfter: 3 }, 3],
    ['a reset of the hourly limit', { kind: 'primaryLimit', resetIn: 3 }, 3],
  ] as const) {
    for (const on of [POST_COMMENT, 'GET /repos/**']) {
      it(`obeys ${what} on ${on}, and goes on elsewhere meanwhile`, async () => {
        const other = await setHttpStage(database, fake, appOf(fake));
        fake.faults.add(on, fault, { where: ({ path }) => path.includes(`${stage.name}/`) });
        await greet(stage, 3);
        await greet(other, 3);
        begin({ gap: 0.1 });
        await settled(30_000);
        expect(silence()).to.be.at.least(seconds * 1_000);
        const hit = fake.log.find(({ fault: befell }) => befell !== null);
        const elsewhere = writes().filter(({ installation }) => installation !== hit?.installation);
        expect(elsewhere).to.have.length(3);
        const meanwhile = elsewhere.filter(({ at }) => at - (hit?.at ?? 0) < seconds * 1_000);
        expect(meanwhile, 'written elsewhere meanwhile').not.to.be.empty;
        expect(writes().filter(({ isDone }) => isDone)).to.have.length(6);
      });
    }
  }

  const bare: readonly [what: string, fault: Fault | PlainFault][] = [
    ['a bare 429', 'bare429'],
    [
      'a secondary limit that says no time',
      {
        ...{ kind: 'answer', status: 403 },
        body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' },
      },
    ],
  ];
  for (const [what, fault] of bare) {
    it(`waits a minute after ${what}, and twice as long the next time`, async () => {
      fake.faults.add(POST_COMMENT, fault, { times: 2 });
      await greet(stage, 1);
      const attempts = [await stage.attempt()];
      await stage.pass(58);
      expect(await stage.attempt(), 'within the first minute').to.equal(null);
      await stage.pass(4);
      attempts.push(await stage.attempt());
      await stage.pass(58);
      expect(await stage.attempt(), 'within the second wait').to.equal(null);
      await stage.pass(62);
      attempts.push(await stage.attempt());
      const states = attempts.map((one) => (one === 'killed' || one === null ? one : one.outcome.state));
      expect(states).to.deep.equal(['pending', 'pending', 'done']);
      expect(fake.commentsOn(stage.name, 3)).to.have.length(1);
    });
  }

  for (const [fault, status] of [
    ['notFound', 404],
    ['gone', 410],
    ['unprocessable', 422],
    [{ kind: 'answer', status: 403, body: { message: 'Resource not accessible by integration' } }, 403],
  ] as const) {
    it(`gives an effect up at ${status}, says why, asks no more, and goes on with the others`, async () => {
      fake.faults.add(POST_COMMENT, fault);
      await greet(stage, 2);
      await stage.rest();
      const asked = fake.log.length;
      await stage.pass(7_200);
      await stage.rest();
      expect(fake.log).to.have.length(asked);
      expect(writes().map(({ status: answered }) => answered)).to.deep.equal([status, 201]);
      const [dead] = await database.store.effects({ state: 'dead', limit: 9 });
      expect(dead?.reason).to.match(new RegExp(`^POST /repos/.*\\(${status}\\)`));
      expect(await database.store.retryEffects(dead?.id ?? null)).to.equal(1);
      await stage.rest();
      expect(await stage.states()).to.deep.equal(['comment done', 'comment done']);
    });
  }

  it('keeps the budgets of a minute and of an hour, two workers together', async () => {
    await greet(stage, 12);
    const budget = { gap: 0, perMinute: 4, perHour: 10 };
    begin(budget);
    begin(budget);
    const spent = async (count: number) => {
      await until(`${count} are written`, () => writes().length >= count, patience(20_000));
      // As long as it takes to look again.
      await sleep(1_200);
      expect(writes()).to.have.length(count);
      expect([...(await reasons())]).to.deep.equal(['the budget of writes is spent']);
    };
    await spent(4);
    await pass(database, 61);
    await spent(8);
    await pass(database, 61);
    await spent(10);
    await pass(database, 3_600);
    await settled(20_000);
    expect(writes()).to.have.length(12);
  });

  it('leaves a second between writes, one at a time, two workers together', async () => {
    fake.faults.add(POST_COMMENT, { kind: 'delay', milliseconds: 300 }, { times: Number.POSITIVE_INFINITY });
    await greet(stage, 5);
    begin();
    begin();
    await settled(30_000);
    expect(writes()).to.have.length(5);
    fake.assertPaced();
  });
});
