// A repository that is made private, or public, while GitHub tells us nothing: found once an installation's repositories
// are listed, though nothing in it has changed.
import { expect } from 'chai';
import type { Told } from '../../src/commands/scene.ts';
import { rulesOf } from '../engine/rules.ts';
import { eachDatabase, type TestDatabase } from '../support/database.ts';
import type { Installation, Repository } from '../support/fake-github/state.ts';
import { repositoryView } from '../support/fake-github/views/repositories.ts';
import { installationEvent, type Stage, setStage } from './looking-through.ts';

const FIRST = Date.now() - 20 * 24 * 60 * 60_000;
const day = (n: number) => FIRST + n * 24 * 60 * 60_000;

/** Closed ones stay on the list, and who wrote them has points for it, with their words as the reason. */
const rules = rulesOf(`
  list:
    on: issues
    while: { issue.labels: { contains: C4GT } }
    then:
      - list_ticket: { points: 10 }
      - award_points: { to: { fact: issue.author }, points: 5, reason: 'Wrote {{ issue.title }}' }
`);

const listed = ['org/one#1', 'org/one#2'];
const told = /org\/one|Export/;

interface Scene {
  readonly stage: Stage;
  readonly installation: Installation;
  readonly repository: Repository;
}

/** Two repositories with tickets that have not changed for long; one of `org/one` is closed. */
async function withTickets(database: TestDatabase, isPrivate = false): Promise<Scene & AsyncDisposable> {
  const stage = await setStage(database, { rules });
  const { fake } = stage;
  const repository = fake.repository('org/one', { labels: ['C4GT'], private: isPrivate });
  const other = fake.repository('org/two', { labels: ['C4GT'] });
  for (const each of [repository, other]) each.updatedAt = day(1);
  const [, closed] = [1, 2].map((number) =>
    fake.issue(repository, { labels: ['C4GT'], title: `Export ${number}`, author: 'asha', createdAt: day(0) }),
  );
  fake.issue(other, { labels: ['C4GT'], title: 'Other', author: 'ravi', createdAt: day(0) });
  const installation = fake.installationOf(repository);
  await stage.tell(installationEvent('created', installation, day(2)));
  await stage.lookThrough();
  Object.assign(closed ?? expect.fail(), { state: 'closed', updatedAt: day(2) });
  await stage.longAway();
  await stage.lookThrough();
  return { stage, installation, repository, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

/** What GitHub would have told of the repository as it is now. */
function changed({ stage, installation, repository }: Scene, action: string): Told {
  const view = repositoryView(stage.fake.world, repository);
  const sender = { id: 1, login: 'owner', type: 'User' };
  return { event: 'repository', payload: { action, repository: view, installation: { id: installation.id }, sender } };
}

eachDatabase('a repository of which nobody tells us', (database) => {
  const found = async () =>
    Number((await database().query(`select count(*) as n from c4gt.deliveries where event = 'repository'`))[0]?.['n']);
  const shown = async ({ stage }: Scene) => {
    const views = ['tickets', 'ccbp_tickets', 'ledger'].map((view) => database().query(`select * from public.${view}`));
    const { store } = stage.programme;
    const own = [store.contributor('asha'), store.why('org/one', 1), store.why('org/one', 2)];
    return JSON.stringify([await Promise.all(views), await Promise.all(own), await store.effectsOn('org/one', 1)]);
  };

  const silences: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
    'while the App was suspended': async ({ stage, installation, repository }) => {
      installation.suspendedAt = day(3);
      await stage.tell(installationEvent('suspend', installation, day(3)));
      Object.assign(repository, { private: true, updatedAt: day(4) });
      installation.suspendedAt = null;
      await stage.tell(installationEvent('unsuspend', installation, day(5)));
    },
    'while we were away for longer than GitHub’s log reaches': async ({ stage, repository }) => {
      Object.assign(repository, { private: true, updatedAt: day(4) });
      await stage.longAway();
    },
    'before any hour’s sweep, and its own time was not moved along': async ({ stage, repository }) => {
      repository.private = true;
      await stage.sweptAgain();
    },
  };
  for (const [when, silence] of Object.entries(silences))
    it(`that was made private ${when} is hidden with all that is in it`, async () => {
      await using scene = await withTickets(database());
      const { stage } = scene;
      expect(await stage.tickets()).to.have.members([...listed, 'org/two#1']);
      expect(await shown(scene)).to.match(told);
      await silence(scene);
      await stage.lookThrough();
      expect(await stage.tickets()).to.deep.equal(['org/two#1']);
      expect(await shown(scene)).to.not.match(told);
      expect(await stage.programme.store.why('org/one', 2)).to.equal(null);
      expect((await stage.programme.standing()).points).to.include({ asha: 10 });
    });

  it('that is private is found once, with no request of its own; and one that is public never', async () => {
    await using scene = await withTickets(database());
    const { stage, repository } = scene;
    await stage.sweptAgain();
    await stage.lookThrough();
    expect(await found()).to.equal(0);
    Object.assign(repository, { private: true, updatedAt: day(4) });
    const asked = stage.asked().length;
    for (const time of [4, 5, 6]) {
      repository.updatedAt = day(time);
      await stage.sweptAgain();
      await stage.lookThrough();
    }
    expect(await found()).to.equal(1);
    expect(stage.asked().slice(asked), 'the list of repositories alone, each time').to.have.length(3);
  });

  it('that was private from the beginning is not found at all', async () => {
    await using scene = await withTickets(database(), true);
    await scene.stage.sweptAgain();
    await scene.stage.lookThrough();
    expect(await scene.stage.tickets()).to.deep.equal(['org/two#1']);
    expect(await found()).to.equal(0);
  });

  it('stays hidden whatever older news come late, and is shown when it is told that it is public', async () => {
    await using scene = await withTickets(database());
    const { stage, repository } = scene;
    const late = changed(scene, 'edited');
    Object.assign(repository, { private: true, updatedAt: day(4) });
    await stage.sweptAgain();
    await stage.lookThrough();
    await stage.tell(late);
    expect(await stage.tickets()).to.deep.equal(['org/two#1']);
    expect(await shown(scene)).to.not.match(told);
    Object.assign(repository, { private: false, updatedAt: day(5) });
    await stage.tell(changed(scene, 'publicized'));
    expect(await stage.tickets()).to.have.members([...listed, 'org/two#1']);
    await stage.sweptAgain();
    await stage.lookThrough();
    expect(await found()).to.equal(3);
  });

  it('and is made public is shown again once it is listed so', async () => {
    await using scene = await withTickets(database());
    const { stage, repository } = scene;
    Object.assign(repository, { private: true, updatedAt: day(4) });
    await stage.tell(changed(scene, 'privatized'));
    expect(await stage.tickets()).to.deep.equal(['org/two#1']);
    Object.assign(repository, { private: false, updatedAt: day(5) });
    for (const _ of [1, 2]) {
      await stage.sweptAgain();
      await stage.lookThrough();
    }
    expect(await stage.tickets()).to.have.members([...listed, 'org/two#1']);
    expect(await found()).to.equal(2);
  });

  it('and was deleted stays hidden, whatever is listed', async () => {
    await using scene = await withTickets(database());
    const { stage, repository } = scene;
    await stage.tell(changed(scene, 'deleted'));
    repository.updatedAt = day(5);
    await stage.sweptAgain();
    await stage.lookThrough();
    expect(await stage.tickets()).to.deep.equal(['org/two#1']);
    expect(await found()).to.equal(1);
  });
});
