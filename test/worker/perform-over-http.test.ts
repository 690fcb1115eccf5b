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
import { until } from '../support/until.ts';

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

  it('asks for nothing twice: what is as it is wanted is left alone', async () => {
    const asha = { user: { id: fake.world.accounts.get('asha')?.id ?? 0, login: 'asha' } };
    const check = { name: 'T', sha: 'c0ffee'.padEnd(40, '0'), conclusion: 'failure', title: 'T', summary: 'Add one.' };
    await want('comment', { params: { body: 'one' } });
    await want('add_labels', { params: { label: 'new' } });
    await want('remove_labels', { params: { label: 'old' }, state: 'happened' });
    await want('assign', { params: asha });
    await want('react', { params: { content: '+1', comment: null }, state: 'happened' });
    await want('request_review', { number: 2, params: asha, state: 'happened' });
    await want('set_check', { number: 2, params: check });
    await want('close', { params: { reason: null }, state: 'happened' });
    await rest();
    const before = fake.log.length;
    for (const more of ['', ', unsure = true']) {
      await database.query(`update c4gt.outbox set state = 'pending', due_at = now()${more}`);
      await rest();
    }
    expect(await dead()).to.deep.equal([]);
    const again = fake.log.slice(before).filter(({ isWrite }) => isWrite);
    const writes = again.map(({ route, status }) => `${route} ${status}`).sort();
    expect(writes, 'a reaction that is there, and a check that is written anew when nobody knows').to.deep.equal([
      'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id} 200',
      'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions 200',
      'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions 200',
    ]);
    expect(fake.commentsOn(name, 1)).to.have.length(1);
    expect(fake.checksOn(name, 2)).to.have.length(1);
    expect(repository.issues.get(1)?.reactions).to.have.length(1);
    await want('reopen', { params: {}, state: 'happened' });
    await rest();
    await database.query(`update c4gt.outbox set state = 'pending', due_at = now() where action = 'reopen'`);
    const opened = fake.log.length;
    await rest();
    expect(fake.log.slice(opened).filter(({ isWrite }) => isWrite)).to.deep.equal([]);
  });

  it('moves a check to the next commit, and withdraws it there', async () => {
    const pull = repository.issues.get(2);
    const [first, next] = ['c0ffee'.padEnd(40, '0'), 'decade'.padEnd(40, '0')];
    const check = { name: 'T', sha: first, conclusion: 'failure', title: 'T', summary: 'Add one.' };
    await want('set_check', { number: 2, params: check });
    await rest();
    if (pull?.pull === null || pull === undefined) throw new Error('The pull request is missing');
    pull.pull.headSha = next;
    await want('set_check', { number: 2, params: { ...check, sha: next, conclusion: 'success' } });
    await rest();
    await want('set_check', { number: 2, params: { ...check, sha: next }, state: 'withdrawn' });
    await rest();
    expect(await dead()).to.deep.equal([]);
    const runs = [...fake.world.checkRuns.values()].filter((run) => run.repository === repository);
    expect(runs.map(({ headSha, conclusion }) => [headSha, conclusion])).to.deep.equal([
      [first, 'failure'],
      [next, 'neutral'],
    ]);
  });

  const outsider = { user: { id: 4_711, login: 'outsider' } };
  const impossible: readonly [said: string, action: keyof typeof actions, wish: Partial<Wish>, reason: RegExp][] = [
    [
      'asks nobody for a review who may not give it',
      'request_review',
      { number: 2, params: outsider },
      /invalid \(422\)/,
    ],
    [
      'does not claim to have assigned whom GitHub leaves out',
      'assign',
      { params: outsider },
      /does not assign outsider$/,
    ],
    [
      'adds no label that is too long',
      'add_labels',
      { params: { label: 'x'.repeat(51) } },
      /invalid \(422\).*too long/,
    ],
    [
      'sets no check on a commit that is not there',
      'set_check',
      { number: 2, params: { name: 'T', sha: 'a'.repeat(40), conclusion: 'success', title: 'T', summary: 'x' } },
      /invalid \(422\).*No commit found/,
    ],
    [
      'writes no comment on what is not there',
      'comment',
      { number: 99, params: { body: 'one' } },
      /not there.*\(404\)/,
    ],
    ['takes no label off by a name that is a path', 'remove_labels', { params: { label: '..' } }, /^$/],
  ];
  for (const [said, action, wanted, reason] of impossible) {
    it(`${said}, and says why, once`, async () => {
      await want(action, { ...wanted, state: action === 'request_review' ? 'happened' : 'standing' });
      await rest();
      const reasons = await dead();
      if (reason.source === '^$') expect(reasons, 'it is not there, and never asked for').to.deep.equal([]);
      else expect(reasons.join('\n')).to.match(reason);
      const asked = fake.log.length;
      await rest();
      expect(fake.log.length, 'nothing is tried again').to.equal(asked);
      expect(fake.labelsOn(name, 1)).to.deep.equal(['old']);
      expect(fake.assigneesOn(name, 1)).to.deep.equal([]);
    });
  }

  it('never takes every label off for one that is named by a dot', async () => {
    await want('add_labels', { params: { label: '.' } });
    await rest();
    expect(fake.labelsOn(name, 1)).to.deep.equal(['old', '.']);
    await want('add_labels', { params: { label: '.' }, state: 'withdrawn' });
    await rest();
    expect(fake.labelsOn(name, 1)).to.deep.equal(['old', '.']);
    expect((await dead()).join()).to.match(/DELETE .*: we do not ask this: \{name\} is not given/);
  });

  it('has room for the longest comment and the longest summary', async () => {
    await want('comment', { params: { body: 'क'.repeat(65_000) } });
    const check = { name: 'T', sha: 'c0ffee'.padEnd(40, '0'), conclusion: 'success', title: 'T' };
    await want('set_check', { number: 2, params: { ...check, summary: 'x'.repeat(65_535) } });
    await rest();
    expect(await dead()).to.deep.equal([]);
    expect(fake.commentsOn(name, 1)[0]?.body).to.match(/\n\n<!-- c4gt:[\w-]{22} -->$/);
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
