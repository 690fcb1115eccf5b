// The fake GitHub lets in whom GitHub lets in: JWTs and tokens, their times, and what an installation may see and do.
import { createSign, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Repository } from '../support/fake-github/state.ts';
import { ask, failure, octokitOf, octokitOfApp, octokitWith } from './octokits.ts';

const place = { owner: 'sunbird', repo: 'portal' };
const hour = 3_600_000;

describe('the fake GitHub lets in', () => {
  let ahead = 0;
  let fake: FakeGitHub;
  let repository: Repository;

  beforeEach(async () => {
    ahead = 0;
    fake = await startFakeGitHub({ now: () => Date.now() + ahead });
    repository = fake.repository('sunbird/portal');
    fake.issue(repository);
  });

  afterEach(() => fake.stop());

  const comment = (octokit = octokitOf(fake, repository)) =>
    octokit.rest.issues.createComment({ ...place, issue_number: 1, body: 'Hello' });

  /** A JWT of the App, with some claims changed; times in seconds from now. */
  const jwt = (claims: { iat?: unknown; exp?: unknown; iss?: unknown }, key = fake.app.privateKey, alg = 'RS256') => {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg, typ: 'JWT' })}.${part({ iat: now - 30, exp: now + 300, iss: fake.app.id, ...claims })}`;
    return `${signed}.${createSign('sha256').update(signed).sign(key, 'base64url')}`;
  };
  const asking = (token: string) => octokitWith(fake.url, token).request('GET /app');

  it('an App with its number or its client id', async () => {
    expect((await asking(jwt({}))).data).to.include({ slug: 'c4gt' });
    expect((await asking(jwt({ iss: fake.app.clientId }))).data).to.include({ slug: 'c4gt' });
  });

  const now = Math.floor(Date.now() / 1000);
  const refusals: readonly (readonly [what: string, token: () => string, status: number, message: RegExp])[] = [
    ['a JWT that has expired', () => jwt({ exp: now - 10 }), 401, /'Expiration time' claim \('exp'\) must be/],
    ['a JWT for longer than ten minutes', () => jwt({ exp: now + 900 }), 401, /too far in the future/],
    ['a JWT from the future', () => jwt({ iat: now + 120 }), 401, /'Issued at' claim/],
    ['a JWT without times', () => jwt({ exp: undefined }), 401, /'Expiration time' claim/],
    ['a JWT of no App', () => jwt({ iss: 12 }), 404, /Integration not found/],
    ['a JWT by another algorithm', () => jwt({}, fake.app.privateKey, 'none'), 401, /could not be decoded/],
    ['a JWT that is none', () => 'a.b.c', 401, /could not be decoded/],
    ['a token nobody was given', () => 'ghs_made_up', 401, /Bad credentials/],
  ];
  for (const [what, token, status, message] of refusals) {
    it(`not ${what}`, async () => {
      const refused = await failure(asking(token()));
      expect(refused.status).to.equal(status);
      expect(refused.message).to.match(message);
    });
  }

  it('not a JWT by another key', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(await failure(asking(jwt({}, privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())))).to.include({
      status: 401,
    });
  });

  it('an App whose clock is wrong, once it has learned the time from the answer', async () => {
    for (ahead of [hour, -hour]) {
      expect(await ask(octokitOfApp(fake), 'GET /app')).to.include({ slug: 'c4gt' });
    }
    expect(fake.log.map(({ status }) => status)).to.deep.equal([401, 200, 401, 200]);
  });

  it('a token for an hour', async () => {
    const { token } = (await octokitOf(fake, repository).auth({ type: 'installation' })) as { token: string };
    await comment(octokitWith(fake.url, token));
    ahead = hour;
    expect(await failure(comment(octokitWith(fake.url, token)))).to.include({ status: 401 });
  });

  it('no installation that is suspended or gone', async () => {
    const installation = fake.installationOf(repository);
    const octokit = octokitOf(fake, repository);
    await comment(octokit);
    installation.suspendedAt = Date.now();
    for (const by of [octokit, octokitOf(fake, repository)]) {
      const refused = await failure(comment(by));
      expect(refused.status).to.equal(403);
      expect(refused.message).to.match(/suspended/);
    }
    const late = octokitOf(fake, repository);
    fake.uninstall(installation);
    expect(await failure(comment(late))).to.include({ status: 404 });
  });

  it('nobody to what is private, and everybody to read what is public', async () => {
    const open = octokitWith(fake.url);
    expect((await open.rest.issues.listForRepo(place)).data).to.have.length(1);
    expect(await failure(comment(open))).to.include({ status: 401 });
    repository.private = true;
    expect(await failure(open.rest.issues.listForRepo(place))).to.include({ status: 401 });
  });

  it('an installation to its own repositories: others it may read when they are public', async () => {
    fake.issue(fake.repository('elsewhere/open'));
    fake.issue(fake.repository('elsewhere/secret', { private: true }));
    const octokit = octokitOf(fake, repository);
    const [open, secret] = ['open', 'secret'].map((repo) => ({ owner: 'elsewhere', repo, issue_number: 1 }));
    expect((await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', open)).data.number).to.equal(1);
    expect(await failure(octokit.rest.issues.createComment({ ...place, ...open, body: 'x' } as never))).to.include({
      status: 403,
    });
    expect(await failure(octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', secret))).to.include({
      status: 404,
    });
  });

  it('an installation to do what it was granted: either permission serves on a pull request, one on an issue', async () => {
    const pull = fake.pull(repository);
    fake.installationOf(repository).permissions = { metadata: 'read', pull_requests: 'write' };
    const octokit = octokitOf(fake, repository);
    await octokit.rest.issues.createComment({ ...place, issue_number: pull.number, body: 'Hello' });
    const refused = await failure(comment(octokit));
    expect(refused).to.include({ status: 403 });
    expect(refused.message).to.match(/not accessible by integration/);
    expect(await failure(octokit.rest.checks.create({ ...place, name: 'x', head_sha: pull.pull.headSha }))).to.include({
      status: 403,
    });
  });

  it('not an installation to what only the App may ask, nor the App to what an installation may', async () => {
    const { token } = (await octokitOf(fake, repository).auth({ type: 'installation' })) as { token: string };
    expect((await failure(asking(token))).message).to.match(/JSON web token/);
    expect(await failure(comment(octokitWith(fake.url, jwt({}))))).to.include({ status: 403 });
  });
});
