// A ticket that was deleted or moved away, of which nobody told us, leaves the public list once its repository is looked
// through; and none leaves it that is there.
import { setTimeout as moment } from 'node:timers/promises';
import { expect } from 'chai';
import { BACKFILL_TERMS } from '../../src/worker/backfill.ts';
import { rulesOf } from '../engine/rules.ts';
import { eachDatabase } from '../support/database.ts';
import type { Installation, Issue, Repository } from '../support/fake-github/state.ts';
import { installationEvent, type Stage, setStage } from './looking-through.ts';

const DAY = 24 * 60 * 60_000;

/** Closed ones stay on the list. */
const keeping = rulesOf(`
  list:
    on: issues.labeled
    while: { issue.labels: { contains: C4GT } }
    then: [{ list_ticket: { points: 10 } }]
`);

interface Programme {
  readonly repository: Repository;
  readonly installation: Installation;
  readonly issues: readonly Issue[];
}

/** A repository with so many tickets that were listed ten days ago, of which nothing was heard since. */
async function listed(stage: Stage, count: number): Promise<Programme> {
  const { fake } = stage;
  const repository = fake.repository('org/one', { labels: ['C4GT'] });
  const issues = Array.from({ length: count }, (_, at) =>
    fake.issue(repository, {
      ...{ labels: ['C4GT'], title: String(at + 1).padStart(3, '0'), createdAt: Date.now() - 10 * DAY },
      author: `author-${at}`,
    }),
  );
  const installation = fake.installationOf(repository);
  await stage.tell(installationEvent('created', installation, Date.now() - 9 * DAY));
  await stage.lookThrough();
  expect(await stage.tickets()).to.have.length(count);
  return { repository, installation, issues };
}

eachDatabase('a ticket on the list', (database) => {
  const graphql = (stage: Stage) => stage.fake.log.filter(({ path }) => path === '/graphql').length;

  it('that was deleted leaves it, though nobody told us, and so does one that was moved to another repository', async () => {
    await using stage = await setStage(database(), { rules: keeping });
    const { fake } = stage;
    const { issues } = await listed(stage, 5);
    const [deleted, moved, hidden, closed] = issues as [Issue, Issue, Issue, Issue];
    deleted.deleted = true;
    fake.transfer(moved, fake.repository('org/two'));
    fake.transfer(hidden, fake.repository('elsewhere/secret', { private: true, installed: false }));
    Object.assign(closed, { state: 'closed', updatedAt: Date.now() - 9 * DAY });
    await stage.longAway();
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(['org/two#1', 'org/one#4', 'org/one#5']);
    const [last] = (await stage.programme.store.why('org/one', 1)) as unknown as { event: string; rules: unknown }[];
    expect(last).to.include({ event: 'issues.backfilled' });
    expect(JSON.stringify(last?.rules)).to.include('it is gone: deleted, or moved away');
  });

  it('is not asked for where the list of what is open shows it', async () => {
    await using stage = await setStage(database(), { rules: keeping });
    const { installation } = await listed(stage, 3);
    const before = stage.asked().length;
    await stage.tell(installationEvent('unsuspend', installation));
    await stage.lookThrough();
    expect(graphql(stage)).to.equal(0);
    // The list of repositories, of issues, of pull requests.
    expect(stage.asked().slice(before)).to.have.length(3);
    expect(await stage.tickets()).to.have.length(3);
  });

  it('stays while issues are switched off, and when its repository has another name', async () => {
    await using stage = await setStage(database(), { rules: keeping });
    const { repository } = await listed(stage, 2);
    repository.hasIssues = false;
    await stage.longAway();
    await stage.lookThrough();
    expect(await stage.tickets()).to.have.length(2);
    repository.hasIssues = true;
    stage.fake.rename(repository, 'renamed');
    await stage.longAway();
    await stage.lookThrough();
    expect(await stage.tickets()).to.have.length(2);
  });

  it('is looked for a hundred at a time, and gone on with where that was, whenever it was stopped', async () => {
    await using stage = await setStage(database(), { rules: keeping });
    const { issues } = await listed(stage, 230);
    const gone = issues.filter((_, at) => at % 40 === 7);
    for (const issue of gone) issue.deleted = true;
    const before = stage.asked().length;
    await stage.longAway();
    for (let most = before + 1; !(await stage.isDone()); most += 2) {
      const backfill = stage.start();
      while (stage.asked().length < most && !(await stage.isDone())) await moment(2);
      await backfill.stop();
    }
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(
      issues.filter((issue) => !gone.includes(issue)).map(({ number }) => `org/one#${number}`),
    );
    const asked = stage.asked().slice(before);
    expect(graphql(stage)).to.be.within(3, 6);
    // Lists of repositories, issues and pull requests, three questions, and each that is gone; some asked twice.
    expect(asked.length).to.be.within(6 + gone.length, 2 * (6 + gone.length));
  }).timeout(60_000);

  it('is looked for within the budget of requests', async () => {
    await using stage = await setStage(database(), { rules: keeping });
    const { issues } = await listed(stage, 4);
    for (const issue of issues) issue.deleted = true;
    await database().query('delete from c4gt.backfill_requests');
    await stage.longAway();
    const before = stage.asked().length;
    const terms = { ...BACKFILL_TERMS, perHour: 6 };
    const backfill = stage.start({ terms });
    const because = async () => (await stage.programme.store.coverage()).backfill.waiting_because;
    while ((await because()) !== 'the budget of requests is spent') await moment(20);
    expect(stage.asked().slice(before)).to.have.length(6);
    await backfill.stop();
    await database().query(`
      delete from c4gt.backfill_requests;
      update c4gt.backfills set paused_until = '-infinity'`);
    await stage.lookThrough({ terms });
    expect(await stage.tickets()).to.deep.equal([]);
  });
});
