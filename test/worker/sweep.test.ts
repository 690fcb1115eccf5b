// What GitHub wanted to tell us and could not is found and made good; and until when nothing is missing is known.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { redeliverByGuid, redeliverMissing } from '../../src/commands/deliveries-redeliver.ts';
import type { GitHub, GitHubApp } from '../../src/github/github.ts';
import type { Coverage } from '../../src/store/coverage.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { type SweepOptions, startSweep, sweepNow } from '../../src/worker/sweep.ts';
import type { Swept } from '../../src/worker/sweep-once.ts';
import { type Listening, listen } from '../listener/listening.ts';
import { eachDatabase, type TestDatabase } from '../support/database.ts';
import type { NewDelivery } from '../support/fake-github/deliveries.ts';
import type { Installation, Issue, Repository } from '../support/fake-github/state.ts';
import { until } from '../support/until.ts';
import { installationEvent, quiet, type Stage, setStage } from './looking-through.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface SweepStage extends Stage {
  readonly listening: Listening;
  readonly installation: Installation;
  readonly repository: Repository;
  readonly issue: Issue;
  /** How long the sweep has paused, each time. */
  readonly pauses: number[];
  /** Minutes from now to what the sweep takes for now. */
  ahead: number;
  readonly options: SweepOptions;
  sweep(): Promise<Swept | null>;
  /** Into GitHub's log, so many minutes ago; not sent. */
  loggedBy(given: Partial<NewDelivery> & { readonly ago: number }): string;
  coverage(): Promise<Coverage>;
  /** Minutes ago that everything is complete up to. */
  completeAgo(): Promise<number | null>;
  redeliveries(): number;
}

async function setSweep(database: TestDatabase): Promise<SweepStage> {
  const stage = await setStage(database);
  const { fake, app: github, programme, logged } = stage;
  const { store } = programme;
  const repository = fake.repository('org/one', { labels: ['C4GT'] });
  const issue = fake.issue(repository, { labels: ['C4GT'] });
  const installation = fake.installationOf(repository);
  const listening = await listen({ secrets: [fake.app.webhookSecret] });
  listening.store.before = (batch) => store.receive(batch);
  fake.app.hookUrl = `http://127.0.0.1:${listening.port}/api/github/webhooks`;

  const pauses: number[] = [];
  const note = (about: unknown, message = '') => void logged.push({ message, about: Object(about) });
  const options: SweepOptions = {
    ...{ store, github, log: { info: note, warn: note, error: note } },
    clock: () => new Date(Date.now() + swept.ahead * MINUTE),
    alarms: {
      at: () => () => undefined,
      after: () => () => undefined,
      pause: async (milliseconds) => {
        pauses.push(milliseconds);
        await fake.redelivered();
      },
    },
  };
  const swept: SweepStage = {
    ...stage,
    ...{ listening, installation, repository, issue, pauses, options, ahead: 0 },
    sweep: () => sweepNow(options, { interval: 0 }),
    loggedBy: ({ ago, ...given }) => {
      const guid = given.guid ?? randomUUID();
      const payload = fake.payload('labeled', issue);
      const deliveredAt = Date.now() - ago * MINUTE;
      fake.delivered({ event: 'issues.labeled', about: repository, payload, ...given, guid, deliveredAt });
      return guid;
    },
    coverage: () => store.coverage(),
    completeAgo: async () => {
      const { complete_up_to: upTo } = await store.coverage();
      return upTo === null ? null : Math.floor((Date.now() - Date.parse(upTo)) / MINUTE);
    },
    redeliveries: () => fake.log.filter(({ path }) => path.endsWith('/attempts')).length,
    [Symbol.asyncDispose]: async () => {
      await stage[Symbol.asyncDispose]();
      await listening.stop();
    },
  };
  return swept;
}

/** The same App, which asks for lists in small pages. */
function inPagesOf(size: number, { app }: Stage): GitHubApp {
  const pages: GitHub['pages'] = (route, parameters, signal) =>
    app.app.pages(route, { ...parameters, per_page: size }, signal);
  return { ...app, app: { ...app.app, pages } };
}

/** The store's part of it, whoever calls its methods. */
function bound(store: SweepOptions['store']): SweepOptions['store'] {
  return {
    noteConnection: (unconnected) => store.noteConnection(unconnected),
    beginSweep: (terms) => store.beginSweep(terms),
    alignInstallations: (sweep, listed) => store.alignInstallations(sweep, listed),
    lacking: (guids) => store.lacking(guids),
    endSweep: (sweep, end) => store.endSweep(sweep, end),
    failSweep: (sweep, reason) => store.failSweep(sweep, reason),
  };
}

eachDatabase('the sweep', (database) => {
  const upTo = (minutesAgo: number) =>
    database().query(`
      insert into c4gt.coverage (up_to) values (now() - interval '${minutesAgo} minutes')
      on conflict (single) do update set up_to = excluded.up_to`);

  for (const [what, statusCode] of [
    ['GitHub could not bring', 502],
    ['GitHub got no answer for', 0],
    ['GitHub thinks that it has delivered, though it is not here', 202],
  ] as const) {
    it(`has that delivered again which ${what}`, async () => {
      await using stage = await setSweep(database());
      const guid = stage.loggedBy({ ago: 90, statusCode });
      expect(await stage.sweep()).to.include({ logged: 1, redelivered: 1, missing: 0 });
      await stage.tell();
      expect(await stage.programme.delivery(guid)).to.include({ state: 'processed', event: 'issues' });
      expect(await stage.tickets()).to.deep.equal(['org/one#1']);
      expect(await stage.completeAgo()).to.equal(2);
      expect((await stage.coverage()).complete).to.include({ missing: 0, lost: 0, because: null });
    });
  }

  it('leaves alone what is here, whatever GitHub thinks of it', async () => {
    await using stage = await setSweep(database());
    const [guid = ''] = await stage.programme.receive({ event: 'ping', payload: { zen: 'x' } });
    stage.loggedBy({ ago: 30, guid, statusCode: 504 });
    expect(await stage.sweep()).to.include({ logged: 1, redelivered: 0, missing: 0 });
    expect(stage.redeliveries()).to.equal(0);
  });

  it('leaves alone what was tried a moment ago, by its own clock, and is not complete beyond it', async () => {
    await using stage = await setSweep(database());
    stage.ahead = 60;
    stage.loggedBy({ ago: -59, statusCode: 502 });
    expect(await stage.sweep()).to.include({ redelivered: 0, missing: 1 });
    expect(await stage.completeAgo()).to.equal(-58 - 0);
    stage.ahead = 62;
    expect(await stage.sweep()).to.include({ redelivered: 1, missing: 0 });
    expect(await stage.completeAgo()).to.equal(-60);
  });

  it('is complete up to what is still missing, and further once that is here', async () => {
    await using stage = await setSweep(database());
    stage.listening.store.before = () => Promise.reject(new Error('the database is away'));
    stage.loggedBy({ ago: 70, statusCode: 503 });
    stage.loggedBy({ ago: 100, statusCode: 503 });
    expect(await stage.sweep()).to.include({ redelivered: 2, missing: 2 });
    expect(await stage.completeAgo()).to.equal(100);
    expect((await stage.coverage()).complete.missing).to.equal(2);
    stage.listening.store.before = (batch) => stage.programme.store.receive(batch);
    stage.ahead = 3;
    expect(await stage.sweep()).to.include({ redelivered: 2, missing: 0 });
    expect(await stage.completeAgo()).to.equal(-1);
  });

  it('gives up what was tried too often, says so once, and asks for what it told instead', async () => {
    await using stage = await setSweep(database());
    await upTo(120);
    const guid = randomUUID();
    for (const ago of [95, 90, 80, 70, 60]) stage.loggedBy({ ago, guid, statusCode: 413 });
    expect(await stage.sweep()).to.deep.include({ redelivered: 0, missing: 0, lost: [guid] });
    expect(stage.logged.map(({ message }) => message)).to.include(
      'a delivery is lost: GitHub could not bring it; what it told is asked for instead',
    );
    expect((await stage.coverage()).complete.lost).to.equal(1);
    // Until it has been looked through, it is not complete.
    expect(await stage.completeAgo()).to.equal(100);
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(['org/one#1']);
    expect(await stage.completeAgo()).to.be.within(2, 3);
    expect(await stage.sweep()).to.deep.include({ lost: [] });
  });

  it('paces what it asks for', async () => {
    await using stage = await setSweep(database());
    for (let count = 0; count < 4; count++) stage.loggedBy({ ago: 30 + count, statusCode: 502 });
    await stage.sweep();
    expect(stage.pauses.slice(0, 3)).to.deep.equal([1_000, 1_000, 1_000]);
  });

  it('finds in the API what no log reaches: a merge of which nothing was ever heard is awarded', async () => {
    await using stage = await setSweep(database());
    const { fake, repository } = stage;
    const old = Date.now() - 10 * DAY;
    stage.issue.updatedAt = old;
    const merged = fake.pull(repository, { author: 'asha', mergedBy: 'mentor', createdAt: old });
    const own = fake.pull(repository, { author: 'ravi', mergedBy: 'ravi', createdAt: old });
    const before = fake.pull(repository, { author: 'meera', mergedBy: 'mentor', createdAt: old });
    await stage.tell(installationEvent('created', stage.installation));
    await stage.lookThrough();
    expect((await stage.programme.standing()).points).to.deep.equal({});

    await upTo(5 * 24 * 60);
    Object.assign(merged, { updatedAt: Date.now() - 4 * DAY });
    Object.assign(own, { updatedAt: Date.now() - 4 * DAY });
    expect(before.updatedAt).to.equal(old);
    Object.assign(stage.issue, { state: 'closed', updatedAt: Date.now() - 4 * DAY });
    const swept = await stage.sweep();
    expect(Date.now() - Date.parse(swept?.since ?? '')).to.be.within(5 * DAY, 5 * DAY + HOUR);
    expect(await stage.completeAgo()).to.equal(5 * 24 * 60 + 5);
    await stage.lookThrough();
    expect((await stage.programme.standing()).points).to.deep.equal({ asha: 5 });
    expect(await stage.tickets()).to.deep.equal([]);
    expect(await stage.completeAgo()).to.be.within(2, 3);
    const events = await database().query(`select count(*)::int as count from c4gt.outbox`);
    expect(events).to.deep.equal([{ count: 0 }]);
  });

  it('asks for what lies before the end of a log that is too long to be read, as if that had forgotten it', async () => {
    await using stage = await setSweep(database());
    await upTo(300);
    for (const ago of [10, 20, 240]) stage.loggedBy({ ago, statusCode: 502 });
    const options = { ...stage.options, mostLogged: 2, github: inPagesOf(2, stage) };
    const swept = await sweepNow(options, { interval: 0 });
    expect(swept).to.include({ logged: 2, redelivered: 2, missing: 0 });
    expect(Date.now() - Date.parse(swept?.since ?? '')).to.be.within(305 * MINUTE, 306 * MINUTE);
    expect(await stage.completeAgo()).to.equal(305);
    await stage.lookThrough();
    expect(await stage.completeAgo()).to.be.within(2, 3);
  });

  it('looks at the whole log again after its clock was ahead', async () => {
    await using stage = await setSweep(database());
    await upTo(-300);
    stage.loggedBy({ ago: 90, statusCode: 502 });
    expect(await stage.sweep()).to.include({ logged: 1, redelivered: 1, missing: 0, since: null });
    expect(await stage.completeAgo()).to.equal(2);
  });

  it('looks through installations that nobody has told us of', async () => {
    await using stage = await setSweep(database());
    expect(await stage.sweep()).to.deep.include({ installations: { [stage.installation.id]: 'active' }, since: null });
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(['org/one#1']);
  });

  it('takes installations for what GitHub says they are: suspended, active again, gone, and there after all', async () => {
    await using stage = await setSweep(database());
    const { fake, installation } = stage;
    await stage.sweep();
    await stage.lookThrough();
    const became = async () => (await stage.sweep())?.installations;
    const change = (suspendedAt: number | null, seconds: number) =>
      Object.assign(installation, { suspendedAt, updatedAt: installation.createdAt + seconds * 1_000 });
    change(Date.now(), 60);
    expect(await became()).to.deep.equal({ [installation.id]: 'suspended' });
    expect(await stage.tickets()).to.deep.equal([]);
    change(null, 120);
    expect(await became()).to.deep.equal({ [installation.id]: 'active' });
    expect(await stage.tickets()).to.deep.equal(['org/one#1']);
    expect(await became()).to.deep.equal({});

    // Another App's credentials, say: its list is not ours.
    fake.uninstall(installation);
    expect(await became()).to.deep.equal({ [installation.id]: 'deleted' });
    expect(await stage.tickets()).to.deep.equal([]);
    fake.world.installations.set(installation.id, installation);
    expect(await became()).to.deep.equal({ [installation.id]: 'active' });
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(['org/one#1']);

    await stage.tell(installationEvent('deleted', installation));
    expect(await became()).to.deep.equal({});
    expect(await stage.tickets()).to.deep.equal([]);
  });

  it('finds repositories of which no event came, and those that are there no more', async () => {
    await using stage = await setSweep(database());
    await stage.sweep();
    await stage.lookThrough();
    const added = stage.fake.repository('org/two', { labels: ['C4GT'] });
    stage.fake.issue(added, { labels: ['C4GT'], title: 'two' });
    stage.installation.repositories.delete(stage.repository);
    await stage.sweep();
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(['org/two#1']);
  });

  it('is made by one process at a time, and not more than once within the hour', async () => {
    await using stage = await setSweep(database());
    const swept = await Promise.all(Array.from({ length: 5 }, () => sweepNow(stage.options, { interval: 2_700 })));
    expect(swept.filter((each) => each !== null)).to.have.length(1);
    expect(await sweepNow(stage.options, { interval: 2_700 })).to.equal(null);
    await database().query(`update c4gt.coverage set swept_at = swept_at - interval '45 minutes'`);
    expect(await sweepNow(stage.options, { interval: 2_700 })).not.to.equal(null);
  });

  it('that fails says why, is tried again soon, and takes nothing back', async () => {
    await using stage = await setSweep(database());
    await stage.sweep();
    await database().query(`update c4gt.coverage set swept_at = null`);
    const script = stage.fake.faults.add('GET /app/hook/deliveries', 'badGateway', { times: 9 });
    const rings: { after?: () => void } = {};
    const alarms = {
      at: () => () => undefined,
      after: (_: number, ring: () => void) => {
        rings.after = ring;
        return () => undefined;
      },
      pause: async () => undefined,
    };
    const clock = startSweep({ ...stage.options, alarms });
    await until('it has failed', () => rings.after !== undefined);
    const { complete, complete_up_to } = await stage.coverage();
    expect(complete.because).to.match(/GitHub has a fault/);
    expect(complete_up_to).not.to.equal(null);
    script.stop();
    rings.after?.();
    await clock.look();
    expect((await stage.coverage()).complete.because).to.equal(null);
    await clock.stop();
  });

  it('that fails by a fault of ours tells everybody no more than that, and the log all', async () => {
    const where = 'password authentication failed for user "c4gt" at 10.1.2.3:5432';
    for (const [fault, told] of [
      [new StoreUnavailable(where), 'the database was away'],
      [new Error(where), 'a fault of this service, which its log tells'],
    ] as const) {
      await using stage = await setSweep(database());
      const { store } = stage.options;
      const lacking = () => Promise.reject(fault);
      stage.loggedBy({ ago: 90, statusCode: 502 });
      const clock = startSweep({ ...stage.options, store: { ...bound(store), lacking } });
      await clock.look();
      await clock.stop();
      expect((await stage.coverage()).complete.because).to.equal(told);
      expect(JSON.stringify(stage.logged)).to.include('10.1.2.3');
    }
  });

  it('that was never made says so, and without credentials that there are none', async () => {
    await using stage = await setSweep(database());
    const status = async () => {
      const { complete, complete_up_to } = await stage.coverage();
      return [complete_up_to, complete.because];
    };
    expect(await status()).to.deep.equal([null, 'not swept yet']);
    const clock = startSweep({ ...stage.options, github: null });
    await clock.look();
    expect(await status()).to.deep.equal([null, 'no GitHub credentials']);
    await clock.stop();
    await stage.sweep();
    expect((await status())[1]).to.equal(null);
  });

  it('is made by hand too, and one delivery is had again by its GUID', async () => {
    await using stage = await setSweep(database());
    const guid = stage.loggedBy({ ago: 20, statusCode: 502 });
    expect(await redeliverByGuid(stage.app, guid)).to.equal('GitHub delivers it again\n');
    await stage.fake.redelivered();
    expect(await stage.programme.delivery(guid)).to.include({ event: 'issues' });
    const failure = await redeliverByGuid(stage.app, randomUUID()).catch((error: unknown) => error);
    expect(failure)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/has no delivery/);
    stage.loggedBy({ ago: 15, statusCode: 502 });
    expect(await redeliverMissing({ ...stage.options, log: quiet })).to.match(
      /^2 deliveries in GitHub's log since the last look, 1 delivered again, 0 missing\nComplete up to 2/,
    );
  });
});
