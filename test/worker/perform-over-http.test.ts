// Every action over HTTP: the real client and a GitHub that takes no request its own description does not allow.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { createGitHubApp } from '../../src/github/app.ts';
import type { GitHubApp } from '../../src/github/github.ts';
import { type Performer, startPerformer, TERMS } from '../../src/worker/performer.ts';
import { emptyOutbox, pass, tellInstalled, type Wish, wish } from '../store/outbox-samples.ts';
import { newRepository } from '../store/samples.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Fault, PlainFault } from '../support/fake-github/faults.ts';
import type { Repository } from '../support/fake-github/state.ts';
import { until } from '../support/programme.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('performing over HTTP', () => {
  let database: TestDatabase;
  let fake: FakeGitHub;
  let app: GitHubApp;
  let repository: Repository;
  let repositoryId: number;
  let name: string;
  let performer: Performer;

  before(async () => {
    database = await openTestPGlite();
  });
  after(() => database.close());
  beforeEach(async () => {
    await emptyOutbox(database);
    repositoryId = newRepository();
    name = `org/repo-${repositoryId}`;
    fake = await startFakeGitHub();
    repository = fake.repository(name, { labels: ['old'], collaborators: { asha: 'write' } });
    fake.issue(repository, { number: 1, labels: ['old'] });
    fake.pull(repository, { number: 2, author: 'ravi', headSha: 'c0ffee'.padEnd(40, '0') });
    await tellInstalled(database.store, repositoryId, fake.installationOf(repository).id);
    const { id: appId, privateKey } = fake.app;
    app = createGitHubApp({ appId, privateKey, apiUrl: fake.url, log: quiet, requestTimeout: 1_000 });
    performer = startPerformer({
      store: database.store,
      actions,
      github: app,
      log: quiet,
      terms: { ...TERMS, gap: 0 },
    });
  });
  afterEach(async () => {
    await performer.stop();
    await fake.stop();
  });

  const want = (action: keyof typeof actions, parts: Partial<Wish>) =>
    wish(database.store, { repositoryId, action, key: `${action} ${repositoryId}`, ...parts });
  /** As time passes, until nothing waits. */
  const rest = () =>
    until('nothing waits', async () => {
      await pass(database, 20);
      performer.wake();
      return (await database.store.counts()).effects.pending === 0;
    });
  const dead = async () => (await database.store.effects({ state: 'dead', limit: 9 })).map(({ reason }) => reason);

  it('does and undoes everything, by requests that GitHub allows', async () => {
    const asha = { user: { id: fake.world.accounts.get('asha')?.id ?? 0, login: 'asha' } };
    const sha = 'c0ffee'.padEnd(40, '0');
    const check = { name: 'Ticket', sha, conclusion: 'failure', title: 'No ticket', summary: 'Add one.' };
    await want('comment', { params: { body: 'one' } });
    await want('add_labels', { params: { label: 'new' } });
    await want('remove_labels', { params: { label: 'old' }, state: 'happened' });
    await want('assign', { params: asha });
    await want('react', { params: { content: '+1', comment: null }, state: 'happened' });
    await want('request_review', { number: 2, params: asha, state: 'happened' });
    await want('set_check', { number: 2, params: check });
    await rest();
    expect(await dead()).to.deep.equal([]);
    const [comment] = fake.commentsOn(name, 1);
    expect(comment?.body).to.match(/^one\n/);
    expect(comment?.author.login).to.equal('c4gt[bot]');
    expect(fake.labelsOn(name, 1)).to.deep.equal(['new']);
    expect(fake.assigneesOn(name, 1)).to.deep.equal(['asha']);
    expect(fake.checksOn(name, 2).map(({ conclusion, output }) => [conclusion, output.title])).to.deep.equal([
      ['failure', 'No ticket'],
    ]);
    const [issue, pull] = [repository.issues.get(1), repository.issues.get(2)];
    expect(issue?.reactions.map(({ content }) => content)).to.deep.equal(['+1']);
    expect(pull?.pull?.reviewers.map(({ login }) => login)).to.deep.equal(['asha']);

    await want('close', { params: { reason: 'not_planned' }, state: 'happened' });
    await want('react', {
      ...{ key: `comment's ${repositoryId}`, params: { content: 'heart', comment: comment?.id ?? 0 } },
      state: 'happened',
    });
    await want('comment', { params: { body: 'two' } });
    await want('set_check', { number: 2, params: { ...check, conclusion: 'success' } });
    await rest();
    expect([issue?.state, issue?.stateReason]).to.deep.equal(['closed', 'not_planned']);
    expect(comment?.reactions.map(({ content }) => content)).to.deep.equal(['heart']);
    expect(comment?.body).to.match(/^two\n/);

    await want('reopen', { params: {}, state: 'happened' });
    await want('comment', { params: { body: 'two' }, state: 'withdrawn' });
    await want('add_labels', { params: { label: 'new' }, state: 'withdrawn' });
    await want('assign', { params: asha, state: 'withdrawn' });
    await want('set_check', { number: 2, params: check, state: 'withdrawn' });
    await rest();
    expect(await dead()).to.deep.equal([]);
    expect(issue?.state).to.equal('open');
    expect(fake.commentsOn(name, 1)).to.deep.equal([]);
    expect(fake.labelsOn(name, 1)).to.deep.equal([]);
    expect(fake.assigneesOn(name, 1)).to.deep.equal([]);
    expect(fake.checksOn(name, 2).map(({ conclusion }) => conclusion)).to.deep.equal(['neutral']);
  });

  const faults: readonly (Fault | PlainFault)[] = [
    ...(['hang', 'resetBefore', 'resetAfterCommit', 'badGateway', 'truncatedJson'] as const),
    ...(['secondaryLimit', 'bare429', 'primaryLimit'] as const),
    ...([{ kind: 'hang', committed: true }] as const),
  ];
  for (const fault of faults) {
    it(`leaves one comment and one check, though GitHub answers with ${JSON.stringify(fault)}`, async () => {
      fake.faults.add('POST /repos/**', fault, { times: 2 });
      await want('comment', { params: { body: 'one' } });
      await want('set_check', {
        number: 2,
        params: { name: 'T', sha: 'c0ffee'.padEnd(40, '0'), conclusion: 'success', title: 'T', summary: 'Fine.' },
      });
      await rest();
      expect(await dead()).to.deep.equal([]);
      expect(fake.commentsOn(name, 1)).to.have.length(1);
      expect(fake.checksOn(name, 2)).to.have.length(1);
    });
  }

  it('finds its comment on whichever page it is', async () => {
    const issue = repository.issues.get(1);
    if (issue === undefined) throw new Error('The issue is missing');
    for (let number = 0; number < 150; number++) fake.comment(issue, `Comment ${number}`, 'ravi');
    await want('comment', { params: { body: 'one' } });
    await rest();
    await database.query('update c4gt.outbox set performed = null, unsure = true');
    await want('comment', { params: { body: 'two' } });
    await rest();
    expect(fake.commentsOn(name, 1)).to.have.length(151);
    expect(fake.commentsOn(name, 1).at(-1)?.body).to.match(/^two\n/);
  });
});
