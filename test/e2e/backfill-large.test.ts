// An organisation of 300 repositories with 10,000 open issues installs the App: all are listed, within the budget of
// requests and in little memory, though the process is killed on the way; and nothing is asked for all over again.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { credentialsOf } from '../support/acting.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { patience, until } from '../support/until.ts';
import { installationEvent } from '../worker/looking-through.ts';

const REPOSITORIES = 300;
const ISSUES = 10_000;

const rules = `version: 1
program: demo
rules:
  list:
    description: What is labelled is on the list.
    on: issues
    while: { issue.labels: { contains: C4GT } }
    then: [{ list_ticket: { points: 10 } }]
`;

interface Status {
  readonly pending: number;
  readonly backfill: { readonly repositories: number; readonly done: number; readonly found: number };
}

describe('a large organisation', function () {
  this.timeout(600_000);
  const home = temporaryDirectory();
  const peaks: number[] = [];
  let [database, fake, server]: [TestDatabase?, FakeGitHub?, RunningServer?] = [];
  after(async () => {
    await server?.stop();
    await fake?.stop();
    await database?.close();
  });

  it('is looked through, across a kill, within its budget and 300 MB', async () => {
    const github = await startFakeGitHub();
    const postgres = await openTestPostgres();
    [fake, database] = [github, postgres];
    const repositories = Array.from({ length: REPOSITORIES }, (_, at) =>
      github.repository(`org/r${String(at).padStart(3, '0')}`, { labels: ['C4GT'] }),
    );
    for (let at = 0; at < ISSUES; at++) {
      const repository = repositories[at % REPOSITORIES] ?? expect.fail();
      github.issue(repository, { labels: ['C4GT'], title: `Number ${at}`, body: `### Product Name\n\nSunbird ${at}` });
    }
    mkdirSync(join(home, 'rules'));
    writeFileSync(join(home, 'rules', 'demo.yaml'), rules);
    const environment = { DATABASE_URL: postgres.url ?? '', RULES_DIR: join(home, 'rules'), ...credentialsOf(github) };

    let running = await startServer(environment);
    server = running;
    const status = async () => (await running.get('/api/status')).json<Status>();
    const { event, payload } = installationEvent('created', github.installationOf(repositories[0] ?? expect.fail()));
    await running.deliver({ event, payload: { ...payload } });
    await until(
      'a third is looked through',
      async () => (await status()).backfill.done > REPOSITORIES / 3,
      patience(90_000),
    );
    peaks.push(peakMemory(running.pid));
    await running.kill();

    running = await startServer(environment);
    server = running;
    const isDone = async () => {
      const { backfill, pending } = await status();
      return backfill.done === REPOSITORIES && pending === 0;
    };
    await until('all is looked through and decided', isDone, patience(240_000));
    peaks.push(peakMemory(running.pid));

    const { total } = (await running.get('/api/tickets?limit=1')).json<{ total: number }>();
    expect(total).to.equal(ISSUES);
    expect(Math.max(...peaks), `megabytes: ${peaks.join(', ')}`).to.be.below(300);
    // Three pages of repositories; of each its issues, which are no more than a page, and its pull requests. The list is
    // asked for once more where both the event and the first sweep wanted it, and so is what was under way at the kill.
    const [listing, each, underWay] = [3, 2 * REPOSITORIES, 3];
    const asked = github.log.filter(({ path }) => /^\/repos\/|^\/installation\/repositories/.test(path));
    expect(asked.length).to.be.within(listing + each, 2 * listing + each + underWay);
    github.assertPaced({ requestsPerHour: 2_000 });
    process.stdout.write(`\n  ${asked.length} requests; at most ${peaks.join(' and ')} MB before and after the kill\n`);
  });
});

/** The most memory that a process has had so far, in megabytes: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function peakMemory(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}
