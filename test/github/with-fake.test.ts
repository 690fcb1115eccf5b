// The App against the fake GitHub: every fault that it can have is understood, and a write that was carried out all the
// same is never taken for one that was not.
import { expect } from 'chai';
import { createGitHubApp } from '../../src/github/app.ts';
import { type FailureKind, type GitHub, GitHubFailure } from '../../src/github/github.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Fault, PlainFault } from '../support/fake-github/faults.ts';
import type { Repository } from '../support/fake-github/state.ts';
import { quiet, rejection } from './scripted-server.ts';

const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const place = { owner: 'asha', repo: 'core', issue_number: 1 };

describe('the App', () => {
  let fake: FakeGitHub;
  let core: Repository;
  let github: GitHub;

  beforeEach(async () => {
    fake = await startFakeGitHub();
    core = fake.repository('asha/core');
    fake.issue(core);
    const { id: appId, privateKey } = fake.app;
    const app = createGitHubApp({ appId, privateKey, apiUrl: fake.url, log: quiet, requestTimeout: 1_500 });
    github = app.installation(fake.installationOf(core).id);
  });

  afterEach(() => fake.stop());

  const comment = (body = 'hello') => github.request(`POST ${COMMENTS}`, { ...place, body });
  const comments = () => fake.commentsOn('asha/core', 1).map(({ body }) => body);

  /** What becomes of a write, and how many comments there are then. */
  const faults: readonly [fault: Fault | PlainFault, kind: FailureKind, comments: number][] = [
    ['hang', 'ambiguous', 0],
    [{ kind: 'hang', committed: true }, 'ambiguous', 1],
    [{ kind: 'delay', milliseconds: 3_000 }, 'ambiguous', 0],
    ['resetBefore', 'ambiguous', 0],
    ['resetAfterCommit', 'ambiguous', 1],
    ['badGateway', 'ambiguous', 0],
    [{ kind: 'badGateway', committed: true }, 'ambiguous', 1],
    ['truncatedJson', 'ambiguous', 1],
    ['secondaryLimit', 'passing', 0],
    [{ kind: 'secondaryLimit', retryAfter: 3 }, 'passing', 0],
    ['bare429', 'passing', 0],
    ['primaryLimit', 'passing', 0],
    ['notFound', 'final', 0],
    ['gone', 'final', 0],
    ['unprocessable', 'final', 0],
    [{ kind: 'answer', status: 451 }, 'final', 0],
  ];
  for (const [fault, kind, count] of faults) {
    it(`finds a comment ${kind} after ${JSON.stringify(fault)}, and writes it once`, async () => {
      const script = fake.faults.add(`POST ${COMMENTS}`, fault);
      const failure = await rejection(comment());
      expect(failure).to.be.instanceOf(GitHubFailure).and.to.include({ kind });
      expect(comments()).to.have.length(count);
      expect(script.hits).to.equal(1);
      expect(fake.log.filter(({ method, path }) => method === 'POST' && path.endsWith('/comments'))).to.have.length(1);
      fake.faults.clear();
      await comment('again');
      expect(comments()).to.include('again');
    });
  }

  it('corrects a clock that GitHub finds wrong, once', async () => {
    fake.faults.add('POST /app/installations/*/access_tokens', { kind: 'clockSkew', ahead: 3_000 });
    await comment();
    expect(comments()).to.deep.equal(['hello']);
  });

  it('is told that it is suspended, and comes back', async () => {
    const installation = fake.installationOf(core);
    installation.suspendedAt = Date.now();
    expect(await rejection(comment())).to.include({ kind: 'final', status: 403 });
    installation.suspendedAt = null;
    await comment();
    expect(comments()).to.deep.equal(['hello']);
  });

  it('is told that it is gone', async () => {
    fake.uninstall(fake.installationOf(core));
    expect(await rejection(comment())).to.include({ kind: 'final', status: 404 });
  });

  it('writes where a repository was renamed to', async () => {
    fake.rename(core, 'kernel');
    await comment();
    expect(fake.commentsOn('asha/kernel', 1)).to.have.length(1);
  });

  it('may not do what it was not granted', async () => {
    fake.installationOf(core).permissions = { metadata: 'read', issues: 'read' };
    const failure = await rejection(comment());
    expect(failure).to.include({ kind: 'final', status: 403 });
    expect(failure)
      .to.have.property('message')
      .that.matches(/Resource not accessible by integration/);
  });

  it('knows when its hour is used up, and until when', async () => {
    await comment();
    fake.exhaust(fake.installationOf(core), 600_000);
    for (const ask of [() => comment(), () => github.graphql('{ viewer { login } }', {})]) {
      const failure = await rejection(ask());
      expect(failure).to.be.instanceOf(GitHubFailure).and.to.include({ kind: 'passing' });
      if (!(failure instanceof GitHubFailure) || failure.retryAt === null) throw failure;
      expect(failure.retryAt.getTime() - Date.now()).to.be.within(590_000, 605_000);
    }
  });

  it('asks an Enterprise server all the same', async () => {
    const { id: appId, privateKey } = fake.app;
    const app = createGitHubApp({ appId, privateKey, apiUrl: fake.enterpriseUrl, log: quiet });
    const enterprise = app.installation(fake.installationOf(core).id);
    await enterprise.request(`POST ${COMMENTS}`, { ...place, body: 'there' });
    expect(await enterprise.graphql('{ viewer { login } }', {})).to.deep.equal({ viewer: { login: 'c4gt' } });
    expect(await app.botLogin()).to.equal('c4gt[bot]');
    expect(comments()).to.deep.equal(['there']);
  });
});
