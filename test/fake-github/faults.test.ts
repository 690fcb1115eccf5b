// The fake GitHub goes wrong exactly where a script says so, and what was done and what was not can be told apart.
import { setTimeout as sleep } from 'node:timers/promises';
import { createAppAuth } from '@octokit/auth-app';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { expect } from 'chai';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Fault, PlainFault, Script } from '../support/fake-github/faults.ts';
import type { Issue } from '../support/fake-github/state.ts';
import { failure, octokitOf, octokitOfApp, silent } from './octokits.ts';

const place = { owner: 'sunbird', repo: 'portal', issue_number: 1 };
const COMMENTS = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';

describe('a fault of the fake GitHub', () => {
  let fake: FakeGitHub;
  let issue: Issue;
  let octokit: Octokit;

  beforeEach(async () => {
    fake = await startFakeGitHub();
    issue = fake.issue(fake.repository('sunbird/portal'));
    octokit = octokitOf(fake, issue.repository);
    await octokit.rest.apps.listReposAccessibleToInstallation();
  });

  afterEach(() => fake.stop());

  const comment = (signal?: AbortSignal) =>
    octokit.rest.issues.createComment({ ...place, body: 'Hello', ...(signal && { request: { signal } }) });
  const last = () => fake.log.at(-1);

  /** Comments, and gives up as soon as the script has hit; resolves when the fake has noticed. */
  const givenUp = async (script: Script): Promise<void> => {
    const patience = new AbortController();
    const asked = failure(comment(patience.signal));
    while (script.hits === 0) await sleep(1);
    patience.abort();
    expect((await asked).message).to.match(/aborted/);
    while (last()?.endedAt === null) await sleep(1);
  };

  interface Case {
    readonly fault: Fault | PlainFault;
    readonly status: number;
    readonly message: RegExp;
    readonly isDone?: boolean;
    readonly headers?: Record<string, string | undefined>;
  }
  const answered: readonly Case[] = [
    { fault: 'badGateway', status: 502, message: /Bad Gateway/ },
    { fault: { kind: 'badGateway', committed: true }, status: 502, message: /Bad Gateway/, isDone: true },
    { fault: 'secondaryLimit', status: 403, message: /secondary rate limit/, headers: { 'retry-after': '60' } },
    {
      fault: { kind: 'secondaryLimit', retryAfter: 7 },
      status: 403,
      message: /secondary rate limit/,
      headers: { 'retry-after': '7' },
    },
    {
      fault: 'bare429',
      status: 429,
      message: /Too many/,
      headers: { 'retry-after': undefined, 'x-ratelimit-remaining': undefined },
    },
    {
      fault: 'primaryLimit',
      status: 403,
      message: /API rate limit exceeded/,
      headers: { 'x-ratelimit-remaining': '0' },
    },
    { fault: 'notFound', status: 404, message: /Not Found/ },
    { fault: 'gone', status: 410, message: /deleted/ },
    { fault: { kind: 'unprocessable', message: 'No' }, status: 422, message: /^No/ },
    {
      fault: { kind: 'answer', status: 503, body: { message: 'Busy' }, committed: true },
      status: 503,
      message: /Busy/,
      isDone: true,
    },
  ];
  for (const { fault, status, message, isDone = false, headers = {} } of answered) {
    it(`answers as ${JSON.stringify(fault)} says, ${isDone ? 'and has done it' : 'and nothing is done'}`, async () => {
      fake.faults.add(COMMENTS, fault);
      const failed = await failure(comment());
      expect(failed.status).to.equal(status);
      expect(failed.message).to.match(message);
      for (const [name, value] of Object.entries(headers)) expect(failed.response?.headers[name]).to.equal(value);
      expect(issue.comments).to.have.length(isDone ? 1 : 0);
      expect(last()).to.include({
        isDone,
        status,
        isWrite: true,
        fault: typeof fault === 'string' ? fault : fault.kind,
      });
    });
  }

  for (const [kind, isDone] of [
    ['resetBefore', false],
    ['resetAfterCommit', true],
  ] as const) {
    it(`resets the connection: ${kind}`, async () => {
      fake.faults.add(COMMENTS, kind);
      expect((await failure(comment())).cause).to.be.an('error');
      expect(issue.comments).to.have.length(isDone ? 1 : 0);
      expect(last()).to.include({ isDone, status: null });
      await comment();
      expect(issue.comments).to.have.length(isDone ? 2 : 1);
    });
  }

  it('sends half of an answer that is no JSON any more', async () => {
    fake.faults.add(COMMENTS, 'truncatedJson');
    expect((await comment()).data).to.be.a('string');
    expect(issue.comments).to.have.length(1);
  });

  it('delays an answer', async () => {
    fake.faults.add(COMMENTS, { kind: 'delay', milliseconds: 50 });
    const began = performance.now();
    await comment();
    expect(performance.now() - began).to.be.greaterThan(45);
  });

  it('that delays does not undo what is asked, though the sender gives up', async () => {
    await givenUp(fake.faults.add(COMMENTS, { kind: 'delay', milliseconds: 100 }));
    while (issue.comments.length === 0) await sleep(1);
    expect(last()).to.include({ isDone: true, status: null });
  });

  for (const committed of [false, true]) {
    it(`hangs ${committed ? 'after' : 'before'} the deed, until it is released`, async () => {
      const script = fake.faults.add(COMMENTS, { kind: 'hang', committed });
      const asked = comment();
      while (script.hits === 0) await sleep(1);
      expect(issue.comments).to.have.length(committed ? 1 : 0);
      expect(last()).to.include({ endedAt: null, status: null });
      script.release();
      expect((await asked).status).to.equal(201);
      expect(issue.comments).to.have.length(1);
    });

    it(`hangs ${committed ? 'after' : 'before'} the deed while the sender gives up`, async () => {
      const script = fake.faults.add(COMMENTS, { kind: 'hang', committed });
      await givenUp(script);
      script.release();
      await sleep(5);
      expect(issue.comments).to.have.length(committed ? 1 : 0);
    });
  }

  it('that hangs does not keep the fake from stopping', async () => {
    const script = fake.faults.add(COMMENTS, 'hang');
    const asked = failure(comment());
    while (script.hits === 0) await sleep(1);
    await fake.stop();
    await asked;
    expect(issue.comments).to.deep.equal([]);
  });

  it('of the clock is mended by what the answer says the time is', async () => {
    fake.faults.add('GET /app', 'clockSkew');
    expect((await octokitOfApp(fake).rest.apps.getAuthenticated()).status).to.equal(200);
    expect(fake.log.slice(-2).map(({ status }) => status)).to.deep.equal([401, 200]);
  });

  it('of a limit is recognised by Octokit’s own throttling', async () => {
    const seen: string[] = [];
    const note = (kind: string) => (retryAfter: number) => {
      seen.push(`${kind} ${retryAfter}`);
      return false;
    };
    const throttled = new (Octokit.plugin(throttling))({
      baseUrl: fake.url,
      log: silent,
      authStrategy: createAppAuth,
      auth: {
        appId: fake.app.id,
        privateKey: fake.app.privateKey,
        installationId: fake.installationOf(issue.repository).id,
      },
      throttle: { onRateLimit: note('primary'), onSecondaryRateLimit: note('secondary') },
    });
    const get = () => failure(throttled.rest.issues.get(place));
    fake.faults.add('GET /repos/*/*/issues/1', { kind: 'secondaryLimit', retryAfter: 9 });
    await get();
    fake.faults.add('GET /repos/*/*/issues/1', { kind: 'primaryLimit', resetIn: 30 });
    await get();
    expect(seen[0]).to.equal('secondary 9');
    expect(seen[1]).to.match(/^primary (29|3\d)$/);
  });
});
