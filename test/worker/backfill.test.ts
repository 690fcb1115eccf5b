// An organisation installs the App: everything open in its repositories is found, and goes the way of deliveries.
import { setTimeout as moment } from 'node:timers/promises';
import { expect } from 'chai';
import { BACKFILL_TERMS } from '../../src/worker/backfill.ts';
import { eachDatabase } from '../support/database.ts';
import type { Installation, Repository } from '../support/fake-github/state.ts';
import { theRepository } from '../support/fake-github/world.ts';
import { until } from '../support/until.ts';
import { installationEvent, repositoriesEvent, type Stage, setStage } from './looking-through.ts';

eachDatabase('an installation', (database) => {
  it('is looked through: all pages of its repositories, and all pages of their issues and pull requests', async () => {
    await using stage = await setStage(database());
    const { fake, programme } = stage;
    const names = Array.from({ length: 205 }, (_, at) => `org/r${String(at).padStart(3, '0')}`);
    const repositories = names.map((name) => fake.repository(name, { labels: ['C4GT'] }));
    const wanted: string[] = [];
    for (const [at, repository] of repositories.entries()) {
      const most = at === 100 ? 250 : at % 40 === 0 ? 1 : 0;
      for (let number = 1; number <= most; number++) {
        fake.issue(repository, { labels: ['C4GT'], title: `${names[at]} ${String(number).padStart(3, '0')}` });
        wanted.push(`${names[at]}#${number}`);
      }
      if (most > 0) fake.issue(repository, { labels: ['C4GT'], state: 'closed' });
      if (at === 100) for (let pulls = 0; pulls < 250; pulls++) fake.pull(repository);
    }
    const installation = fake.installationOf(repositories[0] ?? expect.fail());
    await stage.tell(installationEvent('created', installation));
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(wanted);
    const { backfill } = await programme.store.coverage();
    expect(backfill).to.deep.equal({
      repositories: 205,
      done: 205,
      failed: 0,
      found: wanted.length + 250,
      waiting_because: null,
    });
    expect(await programme.store.effects({ limit: 10 })).to.deep.equal([]);
    expect(stage.logged).to.deep.equal([
      {
        message: 'an installation was looked through',
        about: { installation: installation.id, repositories: 205, failed: 0, found: wanted.length + 250 },
      },
    ]);
  }).timeout(60_000);

  it('is looked through once: what is found again is not stored again, and what has changed since is', async () => {
    await using stage = await setStage(database());
    const [installation, repository] = await small(stage);
    await stage.lookThrough();
    const { received } = await stage.programme.store.counts();
    const found = async () => (await stage.programme.store.coverage()).backfill.found;
    expect(await found()).to.equal(4);
    await stage.tell(installationEvent('new_permissions_accepted', installation, Date.now() + 60_000));
    await stage.lookThrough();
    expect((await stage.programme.store.counts()).received).to.equal(received + 1);
    expect(await found()).to.equal(4);

    const issue = repository.issues.get(1) ?? expect.fail();
    Object.assign(issue, { labels: [], updatedAt: issue.updatedAt + 5_000 });
    await stage.tell(installationEvent('unsuspend', installation, Date.now() + 90_000));
    await stage.lookThrough();
    expect(await found()).to.equal(5);
    expect(await stage.tickets()).to.deep.equal(['org/one#2', 'org/two#1']);
  });

  it('that gets another repository has that one looked through, and none of the others again', async () => {
    await using stage = await setStage(database());
    const [installation] = await small(stage);
    await stage.lookThrough();
    const added = stage.fake.repository('org/three', { labels: ['C4GT'] });
    stage.fake.issue(added, { labels: ['C4GT'], title: 'three' });
    const before = stage.asked().length;
    await stage.tell(repositoriesEvent('added', installation, [added]));
    await stage.lookThrough();
    expect(await stage.tickets()).to.include('org/three#1');
    const asked = stage.asked().slice(before);
    expect(asked.filter((each) => /org\/(?:one|two)/.test(each))).to.deep.equal([]);
    expect(asked).to.have.length(3);
  });

  it('is gone on with where it was, whenever whoever looked through it was stopped', async () => {
    await using stage = await setStage(database());
    const wanted = large(stage);
    let stops = 0;
    await stage.tell(installationEvent('created', lastOf(stage)));
    for (let most = 3; !(await stage.isDone()); most += 3) {
      const backfill = stage.start();
      while (stage.asked().length < most && !(await stage.isDone())) await moment(2);
      await backfill.stop();
      stops += 1;
    }
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(wanted);
    const times = [...Map.groupBy(stage.asked(), (each) => each).values()].map(({ length }) => length);
    expect(Math.max(...times)).to.be.at.most(2);
    expect(times.filter((each) => each > 1).length).to.be.at.most(stops);
    expect(stops).to.be.at.least(2);
  }).timeout(60_000);

  it('is gone on with when whoever looked through it has died', async () => {
    await using stage = await setStage(database());
    await small(stage);
    const { store } = stage.programme;
    const dead = (await store.claimBackfill(BACKFILL_TERMS)) ?? expect.fail();
    expect(await store.claimBackfill(BACKFILL_TERMS)).to.equal(null);
    await database().query(`update c4gt.backfills set leased_until = leased_until - interval '1 minute'`);
    await stage.lookThrough();
    expect(await stage.tickets()).to.have.length(3);
    // It was not dead, only slow: nothing of it is kept.
    const outcome = { kind: 'listed', repositories: [], next: null, total: 0 } as const;
    expect(await store.settleBackfill(dead, outcome, [])).to.deep.equal({ kept: false, ended: null });
    expect(await stage.tickets()).to.have.length(3);
  });

  it('is asked no more than its budget allows, and gone on with when there is room', async () => {
    await using stage = await setStage(database());
    await small(stage);
    const terms = { ...BACKFILL_TERMS, perHour: 3 };
    const backfill = stage.start({ terms });
    const because = async () => (await stage.programme.store.coverage()).backfill.waiting_because;
    await until('the budget is spent', async () => (await because()) === 'the budget of requests is spent');
    backfill.wake();
    await moment(100);
    expect(stage.asked()).to.have.length(3);
    await backfill.stop();
    await pass(59 * 60);
    const again = stage.start({ terms });
    await moment(100);
    expect(stage.asked()).to.have.length(3);
    await again.stop();
    await pass(2 * 60);
    await stage.lookThrough({ terms });
    expect(stage.asked()).to.have.length(5);
    expect(await because()).to.equal(null);
  });

  it('waits while much waits in the inbox', async () => {
    await using stage = await setStage(database());
    const wanted = large(stage);
    await stage.tell(installationEvent('created', lastOf(stage)));
    const terms = { ...BACKFILL_TERMS, inbox: 120 };
    const backfill = stage.start({ terms });
    const waiting = async () => (await stage.programme.store.counts()).pending;
    await until('the inbox is crowded', async () => (await waiting()) > 120);
    const asked = stage.asked().length;
    for (let look = 0; look < 5; look++) {
      backfill.wake();
      await moment(30);
    }
    expect(stage.asked()).to.have.length(asked);
    expect(await waiting()).to.be.within(121, 220);
    await backfill.stop();
    await stage.lookThrough({ terms });
    expect(await stage.tickets()).to.deep.equal(wanted);
  }).timeout(60_000);

  it('with repositories that cannot be read has all others looked through, and says which could not', async () => {
    await using stage = await setStage(database());
    const names = ['closed', 'flaky', 'forbidden', 'gone', 'slow'];
    const repositories = names.map((name) => stage.fake.repository(`org/${name}`, { labels: ['C4GT'] }));
    for (const repository of repositories) {
      stage.fake.issue(repository, { labels: ['C4GT'], title: repository.name });
      stage.fake.pull(repository);
    }
    const { faults } = stage.fake;
    faults.add('GET /repos/org/gone/issues', 'notFound', { times: Number.POSITIVE_INFINITY });
    faults.add('GET /repos/org/forbidden/pulls', { kind: 'answer', status: 403, body: { message: 'no' } });
    faults.add('GET /repos/org/closed/issues', 'gone', { times: Number.POSITIVE_INFINITY });
    faults.add('GET /repos/org/flaky/issues', ['badGateway', 'resetBefore', 'truncatedJson'], { times: 2 });
    faults.add('GET /repos/org/slow/issues', { kind: 'secondaryLimit', retryAfter: 1 });
    await stage.tell(installationEvent('created', stage.fake.installationOf(repositories[0] ?? expect.fail())));
    const hurry = setInterval(() => void pass(30), 200);
    await stage.lookThrough().finally(() => clearInterval(hurry));
    expect(await stage.tickets()).to.deep.equal(['org/flaky#1', 'org/forbidden#1', 'org/slow#1']);
    const { backfill } = await stage.programme.store.coverage();
    expect(backfill).to.deep.equal({ repositories: 5, done: 3, failed: 2, found: 6, waiting_because: null });
    const failed = stage.logged.filter(({ message }) => message === 'a repository cannot be looked through');
    expect(failed.map(({ about }) => about['repository']).sort()).to.deep.equal(['org/forbidden', 'org/gone']);
  }).timeout(60_000);

  for (const [what, asks] of [
    ['after a day, and whole', (stage: Stage) => stage.sweptAgain()],
    ['with what had to be asked for later', (stage: Stage) => stage.longAway()],
  ] as const) {
    it(`has what could not be looked through tried again, ${what}`, async () => {
      await using stage = await setStage(database());
      const repository = stage.fake.repository('org/flaky', { labels: ['C4GT'] });
      stage.fake.issue(repository, { labels: ['C4GT'], createdAt: Date.now() - 90 * 24 * 3_600_000 });
      stage.fake.faults.add('GET /repos/org/flaky/pulls', 'notFound');
      stage.fake.faults.add('GET /repos/org/flaky/issues', 'notFound');
      await stage.tell(installationEvent('created', stage.fake.installationOf(repository)));
      await stage.lookThrough();
      expect((await stage.programme.store.coverage()).backfill).to.include({ done: 0, failed: 1 });
      expect(await stage.tickets()).to.deep.equal([]);
      await stage.sweptAgain();
      await stage.lookThrough();
      expect((await stage.programme.store.coverage()).backfill).to.include({ done: 0, failed: 1 });
      await pass(24 * 60 * 60 + 15 * 60);
      stage.fake.faults.clear();
      await asks(stage);
      await stage.lookThrough();
      expect((await stage.programme.store.coverage()).backfill).to.include({ done: 1, failed: 0 });
      expect(await stage.tickets()).to.deep.equal(['org/flaky#1']);
    });
  }

  for (const [what, forget] of [
    ['with a token that is still kept', false],
    ['without a token', true],
  ] as const) {
    it(`that is suspended before we are told of it waits, ${what}, and nothing is given up`, async () => {
      await using stage = await setStage(database());
      const [installation] = await small(stage);
      const coverage = async () => (await stage.programme.store.coverage()).backfill;
      const first = stage.start({ terms: { ...BACKFILL_TERMS, perHour: 2 } });
      await until('the first steps are taken', async () => (await coverage()).waiting_because !== null);
      await first.stop();
      await database().query('delete from c4gt.backfill_requests');
      await pass(60 * 60);
      installation.suspendedAt = Date.now();
      if (forget) stage.fake.world.tokens.clear();
      const backfill = stage.start();
      await until('it is shut', async () => /suspended/.test((await coverage()).waiting_because ?? ''));
      expect(await coverage()).to.include({ repositories: 2, failed: 0, done: 0 });
      await backfill.stop();
      installation.suspendedAt = null;
      await pass(5 * 60);
      await stage.lookThrough();
      expect(await stage.tickets()).to.have.length(3);
    });
  }

  it('without credentials is remembered, and looked through once there are some', async () => {
    await using stage = await setStage(database());
    await small(stage);
    const waiting = stage.start({ github: null });
    const because = async () => (await stage.programme.store.coverage()).backfill.waiting_because;
    await until('it is noted', async () => (await because()) === 'no GitHub credentials');
    await waiting.stop();
    expect(stage.asked()).to.deep.equal([]);
    await stage.lookThrough();
    expect(await because()).to.equal(null);
    expect(await stage.tickets()).to.have.length(3);
  });

  it('of which GitHub shows too little on a page has nothing taken away', async () => {
    await using stage = await setStage(database());
    const [installation] = await small(stage);
    await stage.lookThrough();
    const repositories = [...installation.repositories];
    // A page that has shifted: the list is short of one that its count still has.
    stage.fake.faults.add('GET /installation/repositories', {
      ...{ kind: 'answer', status: 200, headers: { 'content-type': 'application/json' } },
      body: { total_count: repositories.length, repositories: [] },
    });
    await stage.tell(repositoriesEvent('added', installation, []));
    await stage.lookThrough();
    expect(await stage.tickets()).to.have.length(3);
    installation.repositories.delete(repositories[0] ?? expect.fail());
    await stage.tell(repositoriesEvent('added', installation, []));
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(['org/two#1']);
  });

  const pass = async (seconds: number) => {
    const by = `interval '${seconds} seconds'`;
    await database().query(`
      update c4gt.backfill_requests set at = at - ${by};
      update c4gt.backfills set paused_until = paused_until - ${by}, due_at = due_at - ${by};
      update c4gt.backfilled_repositories set due_at = due_at - ${by}`);
  };
});

/** Two repositories with three tickets and a pull request; the App has just been installed there. */
async function small(stage: Stage): Promise<[Installation, Repository]> {
  const [one, two] = ['one', 'two'].map((name) => stage.fake.repository(`org/${name}`, { labels: ['C4GT'] }));
  if (one === undefined || two === undefined) throw new Error('there are two');
  for (const [repository, title] of [
    [one, 'a'],
    [one, 'b'],
    [two, 'c'],
  ] as const)
    stage.fake.issue(repository, { labels: ['C4GT'], title });
  stage.fake.pull(two);
  const installation = stage.fake.installationOf(one);
  await stage.tell(installationEvent('created', installation));
  return [installation, one];
}

/** Two repositories with tickets of many seconds, some pages of them. Returns where they are. */
function large({ fake }: Stage): string[] {
  const wanted: string[] = [];
  for (const [name, count] of [
    ['first', 230],
    ['last', 120],
  ] as const) {
    const repository = fake.repository(`org/${name}`, { labels: ['C4GT'] });
    for (let number = 1; number <= count; number++) {
      const title = `${name} ${String(number).padStart(3, '0')}`;
      fake.issue(repository, { labels: ['C4GT'], title, createdAt: Date.now() - 1_000 * (400 - number) });
      wanted.push(`org/${name}#${number}`);
    }
  }
  return wanted;
}

const lastOf = ({ fake }: Stage) => fake.installationOf(theRepository(fake.world, 'org/last'));
