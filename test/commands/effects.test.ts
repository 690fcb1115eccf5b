// `c4gt effects`: what is to be seen on GitHub, what became of it, and once more for what failed.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { createGitHubApp } from '../../src/github/app.ts';
import type { GitHubApp } from '../../src/github/github.ts';
import { startPerformer, TERMS } from '../../src/worker/performer.ts';
import { newInstallation, tellInstalled, wish } from '../store/outbox-samples.ts';
import { newRepository } from '../store/samples.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { type Environment, runCli } from '../support/server.ts';
import { until } from '../support/until.ts';

const refused = { kind: 'answer', status: 403, body: { message: 'Resource not accessible by integration' } } as const;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Listed {
  readonly id: number;
  readonly preview: string;
  readonly wanted: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: number;
}

/** Nothing that moves a cursor, turns the reading direction round, or is a command to GitHub Actions. */
function expectInert(text: string): void {
  expect(text.replaceAll('\n', '')).not.to.match(/[\p{Cc}\u202e]|##\[/u);
}

describe('c4gt effects', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let environment: Environment;
  const repositoryId = newRepository();
  const repository = `org/repo-${repositoryId}`;
  const run = (...args: string[]) => runCli(['effects', ...args], environment);
  const listed = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('list', '--format', 'json', ...args);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return JSON.parse(stdout) as Listed[];
  };
  /** Until nothing waits there any more. */
  const perform = async (github: GitHubApp | null, where = repository) => {
    const terms = { ...TERMS, gap: 0 };
    const performer = startPerformer({ store: database.store, actions, github, log: quiet, terms });
    try {
      await until(`nothing waits in ${where}`, async () => {
        const waiting = await database.store.effects({ state: 'pending', limit: 100 });
        return waiting.every((effect) => effect.repository !== where);
      });
    } finally {
      await performer.stop();
    }
  };

  before(async () => {
    database = await openTestPostgres();
    environment = { DATABASE_URL: String(database.url) };
  });
  after(() => database.close());

  describe('on GitHub', () => {
    let fake: FakeGitHub;
    let app: GitHubApp;

    before(async () => {
      fake = await startFakeGitHub();
      const there = fake.repository(repository, { labels: [] });
      for (const number of [1, 2, 3]) fake.issue(there, { number });
      await tellInstalled(database.store, repositoryId, fake.installationOf(there).id);
      const { id: appId, privateKey } = fake.app;
      app = createGitHubApp({ appId, privateKey, apiUrl: fake.url, log: quiet });
    });
    after(() => fake.stop());

    it('are shown dead with their reason, and performed when they are retried', async () => {
      fake.faults.add('POST /repos/*/*/issues/*/comments', refused, { times: 2 });
      const about = { repositoryId, action: 'comment' };
      await wish(database.store, { ...about, number: 1, key: 'one', params: { body: 'Please add: Complexity.' } });
      await wish(database.store, { ...about, number: 2, key: 'two', params: { body: 'Please add: Category.' } });
      await perform(app);

      const dead = await listed('--state', 'dead');
      expect(dead.map(({ preview, wanted }) => `${wanted}: ${preview}`)).to.have.members([
        'stand: comments “Please add: Complexity.”',
        'stand: comments “Please add: Category.”',
      ]);
      for (const { reason, attempts } of dead) {
        expect(reason).to.match(/^POST \/repos\/.*: the App may not do this \(403\)/);
        expect(attempts).to.equal(1);
      }
      const { stdout } = await run('list', '--state', 'dead', '--subject', `${repository}#1`);
      expect(stdout).to.match(
        new RegExp(`^\\S+ +\\d+  dead     stand     ${repository}#1  comments “Please add: Complexity.”: POST .*\\n$`),
      );
      expect(fake.commentsOn(repository, 1)).to.deep.equal([]);

      const one = dead.find(({ preview }) => preview.includes('Complexity'))?.id;
      const retried = await run('retry', String(one));
      expect(retried).to.include({ code: 0, stdout: '1 effect will be tried again\n' });
      expect((await run('retry', '--dead')).stdout).to.equal('1 effect will be tried again\n');
      await perform(app);
      expect(fake.commentsOn(repository, 1).map(({ body }) => body.split('\n')[0])).to.deep.equal([
        'Please add: Complexity.',
      ]);
      expect(await listed('--state', 'dead')).to.deep.equal([]);
      expect((await listed('--state', 'done', '--limit', '1')).map(({ state }) => state)).to.deep.equal(['done']);

      const again = await run('retry', String(one));
      expect(again).to.include({ code: 1, stderr: `effect ${one} is done: there it is as it is wanted\n` });
    });

    it('say what is wanted when something is taken back', async () => {
      const about = { repositoryId, action: 'add_labels', number: 3, params: { label: 'triage' } };
      await wish(database.store, { ...about, key: 'three' });
      await perform(app);
      await wish(database.store, { ...about, key: 'three', state: 'withdrawn' });
      const [waiting] = await listed('--subject', `${repository}#3`);
      expect(waiting).to.include({ wanted: 'withdraw', state: 'pending', preview: 'adds the label “triage”' });
      await perform(app);
      expect(fake.labelsOn(repository, 3)).to.deep.equal([]);
    });
  });

  it('say why they wait, and when they are due', async () => {
    const paused = newRepository();
    const installation = newInstallation();
    await wish(database.store, { repositoryId: paused, action: 'react', params: { content: 'eyes', comment: null } });
    expect((await run('list', '--subject', `org/repo-${paused}#1`)).stdout).to.match(
      /pending {2}stand {5}.*reacts with eyes: the App is not known to be installed there\n$/,
    );
    await tellInstalled(database.store, paused, installation);
    await database.query(
      `update c4gt.outbox set due_at = now() + interval '1 hour', reason = 'held back: 30 writes here within an hour'
       where installation = ${installation}`,
    );
    expect((await run('list', '--subject', `${paused}/1`)).stdout).to.match(
      /reacts with eyes: held back: 30 writes here within an hour; due 20\d\d-\S+Z\n$/,
    );
    await database.query(`delete from c4gt.outbox where installation = ${installation}`);
  });

  it('are skipped without credentials, and shown with all that they say', async () => {
    const hostile = newRepository();
    const body = 'First.\n2026-01-01T00:00:00Z  9  done  \u001b[2J \u202e ##[error] \u0085 forged';
    await wish(database.store, { repositoryId: hostile, params: { body } });
    await perform(null, `org/repo-${hostile}`);
    const { code, stdout } = await run('list', '--subject', `org/repo-${hostile}#1`);
    expect(code).to.equal(0);
    expect(stdout.split('\n')).to.have.length(2);
    expect(stdout).to.match(/ skipped {2}stand {5}.*: no GitHub credentials\n$/);
    expectInert(stdout);
    const [skipped] = await listed('--state', 'skipped');
    const shown = await run('show', String(skipped?.id));
    expect(shown.code).to.equal(0);
    expect(shown.stdout).to.match(/^effect: comments “First\. .*\nwhere: org\/repo-\d+#1\n/);
    expect(shown.stdout).to.include('\nreason: no GitHub credentials\n');
    expect(shown.stdout).to.include('"body": "First.\\n2026');
    expectInert(shown.stdout);
    expectInert((await run('list', '--format', 'json')).stdout);
  });

  for (const [args, said] of [
    [['show', '999999'], 'there is no effect 999999\n'],
    [['retry', '999999'], 'there is no effect 999999\n'],
  ] as const) {
    it(`end with 1 for ${args.join(' ')}`, async () => {
      expect(await run(...args)).to.deep.include({ code: 1, stdout: '', stderr: said });
    });
  }

  it('end with 2 when used wrongly', async () => {
    for (const args of [
      ['show', 'x'],
      ['show', '0'],
      ['retry'],
      ['retry', '5', '--dead'],
      ['retry', '-5'],
      ['list', '--limit', '0'],
      ['list', '--state', 'gone'],
      ['list', '--subject', 'org/repo'],
      ['list', '--subject', 'org/repo#1;drop'],
    ]) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).not.to.equal('');
    }
  });
});
