// What GitHub tells of installations and their repositories decides what is listed and what is done there; and its order
// decides nothing.
import { expect } from 'chai';
import fc from 'fast-check';
import type { Told } from '../../src/commands/scene.ts';
import type { Outcome } from '../../src/store/outbox.ts';
import { TERMS } from '../../src/worker/performer.ts';
import { rulesOf } from '../engine/rules.ts';
import { eachDatabase } from '../support/database.ts';
import type { Installation, Repository } from '../support/fake-github/state.ts';
import { installationEvent, repositoriesEvent, type Stage, setStage, subjectEvent } from './looking-through.ts';

const rules = rulesOf(`
  list:
    on: issues
    while: { issue.labels: { contains: C4GT } }
    then: [{ list_ticket: { points: 10 } }, { comment: { body: welcome } }]
  merged:
    on: pull_request
    while:
      all:
        - pull_request.merged: true
        - not: { pull_request.merged_by.login: { equal: { fact: pull_request.author.login } } }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 5 } }]
`);

const FIRST = Date.parse('2026-03-01T10:00:00Z');
const second = (n: number) => FIRST + n * 1_000;

eachDatabase('installations', (database) => {
  const open = async (): Promise<[Stage, Installation, Repository, Repository]> => {
    const stage = await setStage(database(), { rules });
    const [one, other] = [stage.fake.repository('org/one'), stage.fake.repository('org/other')];
    for (const repository of [one, other]) {
      stage.fake.issue(repository, { labels: ['C4GT'], title: repository.name });
      stage.fake.pull(repository, { mergedBy: 'mentor', author: `asha-${repository.name}` });
    }
    return [stage, stage.fake.installationOf(one), one, other];
  };
  const issueIn = (repository: Repository) => repository.issues.get(1) ?? expect.fail();
  const pullIn = (repository: Repository) => repository.issues.get(2) ?? expect.fail();
  const subjects = (stage: Stage, ...repositories: Repository[]): Told[] =>
    repositories.flatMap((each) => [
      subjectEvent(stage, 'labeled', issueIn(each)),
      subjectEvent(stage, 'closed', pullIn(each)),
    ]);
  /** What may be done now, and why the rest waits. */
  const effects = async ({ programme: { store } }: Stage) => {
    const { effect } = await store.claimEffect(TERMS);
    if (effect !== null) {
      await store.settleEffect(effect, NOTHING);
    }
    const waiting = await store.effects({ state: 'pending', limit: 10 });
    return [effect?.repository ?? null, ...waiting.map(({ repository, reason }) => `${repository}: ${reason}`).sort()];
  };
  const points = async (stage: Stage) => (await stage.programme.standing()).points;

  it('that are suspended list nothing and do nothing, until they are active again; points stay', async () => {
    const [stage, installation, one, other] = await open();
    await using _ = stage;
    await stage.tell(installationEvent('created', installation, second(0)), ...subjects(stage, one, other));
    expect(await stage.tickets()).to.deep.equal(['org/one#1', 'org/other#1']);

    installation.suspendedAt = second(5);
    await stage.tell(installationEvent('suspend', installation, second(5)));
    expect(await stage.tickets()).to.deep.equal([]);
    expect((await stage.programme.store.tickets({ limit: 10, offset: 0 })).total).to.equal(0);
    const why = 'the installation of the App is suspended';
    expect(await effects(stage)).to.deep.equal([null, `org/one: ${why}`, `org/other: ${why}`]);
    expect(await points(stage)).to.deep.equal({ 'asha-one': 5, 'asha-other': 5 });

    installation.suspendedAt = null;
    // GitHub's own example of this event has the time of the suspension.
    await stage.tell(installationEvent('unsuspend', installation, second(5)));
    expect(await stage.tickets()).to.deep.equal(['org/one#1', 'org/other#1']);
    expect((await effects(stage))[0]).to.equal('org/one');
    const audit = await database().query(
      `select action from c4gt.audit where details ->> 'installation' = '${installation.id}' order by id`,
    );
    expect(audit.map(({ action }) => action)).to.deep.equal([
      ...['installation active', 'installation suspended', 'installation active'],
    ]);
  });

  it('that lose a repository list and do nothing there, whatever comes late', async () => {
    const [stage, installation, one, other] = await open();
    await using _ = stage;
    await stage.tell(installationEvent('created', installation, second(0)), ...subjects(stage, one, other));
    await stage.tell(repositoriesEvent('removed', installation, [one], Date.now()));
    expect(await stage.tickets()).to.deep.equal(['org/other#1']);
    const gone = 'org/one: the App is not installed there any more';
    expect((await effects(stage)).slice(0, 2)).to.deep.equal(['org/other', gone]);

    issueIn(one).updatedAt += 60_000;
    await stage.tell(subjectEvent(stage, 'edited', issueIn(one)));
    expect(await stage.tickets()).to.deep.equal(['org/other#1']);

    await stage.tell(repositoriesEvent('added', installation, [one], Date.now() + 2_000));
    expect(await stage.tickets()).to.deep.equal(['org/one#1', 'org/other#1']);
  });

  it('that are deleted list and do nothing, and nothing revives them; one that is made anew has its repositories', async () => {
    const [stage, installation, one, other] = await open();
    await using _ = stage;
    await stage.tell(installationEvent('created', installation, second(0)), ...subjects(stage, one, other));
    await stage.tell(installationEvent('deleted', installation, second(9)));
    await stage.tell(...subjects(stage, one), installationEvent('unsuspend', installation, second(20)));
    await stage.tell(installationEvent('new_permissions_accepted', installation, second(30)));
    expect(await stage.tickets()).to.deep.equal([]);
    const why = 'the installation of the App is deleted';
    expect(await effects(stage)).to.deep.equal([null, `org/one: ${why}`, `org/other: ${why}`]);

    stage.fake.uninstall(installation);
    const again = stage.fake.install('org', [one]);
    await stage.tell(installationEvent('created', again, second(40)));
    expect(await stage.tickets()).to.deep.equal(['org/one#1']);
    expect(await points(stage)).to.deep.equal({ 'asha-one': 5, 'asha-other': 5 });
  });

  it('of which nothing was ever heard change nothing: a webhook may have been set up by hand', async () => {
    const [stage, installation, one] = await open();
    await using _ = stage;
    stage.fake.uninstall(installation);
    await stage.tell(...subjects(stage, one));
    expect(await stage.tickets()).to.deep.equal(['org/one#1']);
    expect(await effects(stage)).to.deep.equal([null, 'org/one: the App is not known to be installed there']);
  });

  it('come to the same end in whatever order, and however often, they are told of', async () => {
    const [stage, first, one, other] = await open();
    await using _ = stage;
    const third = stage.fake.repository('org/third');
    const elsewhere = stage.fake.install('elsewhere', [other]);
    const suspended = { ...first, suspendedAt: second(3) };
    const told = [
      installationEvent('created', { ...first, repositories: new Set([one, other]) }, second(0)),
      repositoriesEvent('removed', first, [one], second(2)),
      installationEvent('suspend', suspended, second(3)),
      installationEvent('unsuspend', first, second(3)),
      repositoriesEvent('added', first, [third], second(4)),
      repositoriesEvent('removed', first, [other], second(5)),
      installationEvent('created', elsewhere, second(5)),
      installationEvent('new_permissions_accepted', { ...first, repositories: new Set([third]) }, second(6)),
      installationEvent('suspend', { ...first, suspendedAt: second(7) }, second(7)),
    ];
    const deleted = installationEvent('deleted', { ...first, repositories: new Set([third]) }, second(8));
    const ends = async () => {
      const rows = await database().query(`
        select 'installation' as what, i.id, i.state as became from c4gt.installations as i
        union all
        select 'repository', r.id, r.installation::text from c4gt.installed_repositories as r
        order by 1, 2`);
      return rows.map(({ what, id, became }) => `${what} ${id}: ${became}`);
    };
    const ended = (state: string) => [
      `installation ${first.id}: ${state}`,
      `installation ${elsewhere.id}: active`,
      `repository ${one.id}: null`,
      `repository ${other.id}: ${elsewhere.id}`,
      `repository ${third.id}: ${first.id}`,
    ];
    const anyOrder = fc.array(fc.nat(told.length - 1), { maxLength: 5 }).chain((twice) => {
      const all = [...told, ...twice.map((at) => told[at] ?? deleted)];
      return fc.record({
        order: fc.shuffledSubarray(all, { minLength: all.length }),
        isDeleted: fc.nat(all.length + 5),
      });
    });
    await fc.assert(
      fc.asyncProperty(anyOrder, async ({ order, isDeleted }) => {
        await database().query(`
          truncate c4gt.outbox, c4gt.writes, c4gt.installed_repositories, c4gt.installations, c4gt.backfills cascade`);
        const events = isDeleted < order.length ? order.toSpliced(isDeleted, 0, deleted) : order;
        await stage.tell(...events);
        expect(await ends()).to.deep.equal(ended(events.includes(deleted) ? 'deleted' : 'suspended'));
      }),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  it('believe no body of another event that is sent as theirs', async () => {
    const [stage, installation, one] = await open();
    await using _ = stage;
    await stage.tell(installationEvent('created', installation, second(0)), ...subjects(stage, one));
    const { payload } = subjectEvent(stage, 'deleted', issueIn(one));
    const about = installationEvent('deleted', installation, second(9)).payload as { installation: object };
    await stage.tell({ event: 'installation', payload });
    await stage.tell({ event: 'installation', payload: { ...payload, installation: about.installation } });
    expect(await stage.tickets()).to.deep.equal(['org/one#1']);
    expect((await stage.programme.store.counts()).dead).to.equal(2);
  });
});

const NOTHING: Outcome = {
  ...{ state: 'pending', reason: null, performed: null, unsure: false, heir: null, wrote: false },
  ...{ seconds: 0, pause: 0, setbacks: 0, faults: 0, counted: false },
};
