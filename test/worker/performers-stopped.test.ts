// One installation never has two writers: a performer is stopped (SIGSTOP) in the middle of an effect until another one
// has done its work, and comes back (SIGCONT) believing that no time has passed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { emptyOutbox, newInstallation, pass, tellInstalled, wish } from '../store/outbox-samples.ts';
import { newRepository } from '../store/samples.ts';
import { shown } from '../support/acting.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Issue, Repository } from '../support/fake-github/state.ts';
import { until } from '../support/until.ts';

const script = fileURLToPath(new URL('performer-process.ts', import.meta.url));

const params = {
  comment: { body: 'Hello' },
  add_labels: { label: 'triage' },
  react: { content: 'eyes', comment: null },
};

interface PerformerProcess {
  readonly logged: () => string;
  signal(signal: NodeJS.Signals): void;
  end(): Promise<void>;
}

describe('a performer that is stopped and comes back when another one has taken over', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let fake: FakeGitHub;
  let repository: Repository;
  let repositoryId: number;
  let issue: Issue;
  let performers: PerformerProcess[];

  before(async () => {
    database = await openTestPostgres();
  });
  after(() => database.close());
  beforeEach(async () => {
    await emptyOutbox(database);
    fake = await startFakeGitHub();
    repositoryId = newRepository();
    repository = fake.repository(`org/repo-${repositoryId}`, { labels: ['triage'], installed: false });
    const { id } = fake.install(`org-${newInstallation()}`, [repository]);
    issue = fake.issue(repository, { number: 1 });
    await tellInstalled(database.store, repositoryId, id);
    performers = [];
  });
  afterEach(async () => {
    await Promise.all(performers.map((performer) => performer.end()));
    await fake.stop();
  });

  const start = async (): Promise<PerformerProcess> => {
    const { id, privateKey } = fake.app;
    const args = [script, String(database.url), fake.url, String(id), privateKey];
    const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const performer: PerformerProcess = {
      logged: () => output,
      signal: (signal) => void child.kill(signal),
      end: async () => {
        for (const signal of ['SIGCONT', 'SIGTERM'] as const) child.kill(signal);
        await ended;
      },
    };
    performers.push(performer);
    await until('the performer has started', () => output.includes('started'));
    return performer;
  };
  const want = (action: keyof typeof params) =>
    wish(database.store, { repositoryId, action, key: `${action} ${repositoryId}`, params: params[action] });
  const writes = () => fake.log.filter(({ isWrite }) => isWrite);
  const reached = (part: string) => until(`${part} is asked`, () => fake.log.some(({ path }) => path.endsWith(part)));
  const done = () =>
    until('it is done', async () => {
      const [effect] = await database.store.effects({ limit: 1 });
      return effect?.state === 'done';
    });

  it('before it may write is told that it may not', async () => {
    const reading = fake.faults.add('GET /repos/**/labels', 'hang');
    await want('add_labels');
    const first = await start();
    await reached('/labels');
    first.signal('SIGSTOP');
    await pass(database, 15);
    const second = await start();
    await sleep(1_500);
    expect(writes(), 'it is not its turn yet').to.have.length(0);
    await pass(database, 6);
    await done();
    expect(second.logged()).to.equal('started\n');
    reading.release();
    first.signal('SIGCONT');
    await until('the first one gives up', () => first.logged().includes('somebody else has taken the effect'));
    expect(writes().map(({ method }) => method)).to.deep.equal(['POST']);
    expect(issue.labels.map(({ name }) => name)).to.deep.equal(['triage']);
  });

  it('during its write is not written after: the other one finds what it wrote', async () => {
    const writing = fake.faults.add('POST /repos/**/comments', { kind: 'hang', committed: true });
    await want('comment');
    const first = await start();
    await until('it writes', () => writes().length === 1);
    const asked = () => fake.log.filter(({ path }) => path.startsWith('/repos/')).length;
    const before = asked();
    first.signal('SIGSTOP');
    await pass(database, 20);
    await start();
    await sleep(1_500);
    expect(writes()).to.have.length(1);
    expect(asked(), 'it is not its turn yet').to.equal(before);
    await pass(database, 6);
    await done();
    writing.release();
    first.signal('SIGCONT');
    await until('the first one gives up', () => first.logged().includes('somebody else has taken the effect'));
    expect(writes().map(({ method }) => method)).to.deep.equal(['POST']);
    expect(issue.comments.map(shown)).to.deep.equal(['Hello']);
  });

  it('when it may write, and waits for a token, sends nothing any more when the token comes', async () => {
    const token = fake.faults.add('POST /app/installations/**', 'hang');
    await want('react');
    const first = await start();
    await reached('/access_tokens');
    const [announced] = await database.query('select unsure from c4gt.outbox');
    expect(announced, 'it was told to go').to.deep.equal({ unsure: true });
    first.signal('SIGSTOP');
    await pass(database, 26);
    await start();
    await done();
    expect(writes()).to.have.length(1);
    // By its own clock: it may write for 15 s after it asked.
    await sleep(16_000);
    token.release();
    await sleep(500);
    first.signal('SIGCONT');
    await until('the first one gives up', () => first.logged().includes('somebody else has taken the effect'));
    expect(writes()).to.have.length(1);
  });
});
