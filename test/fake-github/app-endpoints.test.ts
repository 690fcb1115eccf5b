// The fake GitHub answers what an App asks about itself, its installations and repositories as GitHub's description says.
import type { Octokit } from '@octokit/rest';
import { expect } from 'chai';
import { operationOf } from '../support/fake-github/description.ts';
import { apps } from '../support/fake-github/endpoints/apps.ts';
import { deliveries } from '../support/fake-github/endpoints/deliveries.ts';
import { RATE_LIMIT } from '../support/fake-github/endpoints/registry.ts';
import { repositories } from '../support/fake-github/endpoints/repositories.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Repository } from '../support/fake-github/state.ts';
import { ask, failure, octokitOf, octokitOfApp, octokitWith } from './octokits.ts';

const endpoints = [...Object.keys({ ...apps, ...deliveries(() => undefined), ...repositories }), RATE_LIMIT];
const place = { owner: 'sunbird', repo: 'portal' };
const DAY = 86_400_000;

interface Named {
  readonly id: number;
  readonly full_name: string;
}
interface Listed {
  readonly id: bigint;
  readonly guid: string;
}

describe('an App that asks the fake GitHub', () => {
  let fake: FakeGitHub;
  let repository: Repository;
  let asApp: Octokit;
  let octokit: Octokit;

  before(async () => {
    fake = await startFakeGitHub();
    repository = fake.repository('sunbird/portal', {
      labels: ['bug'],
      collaborators: { devi: 'write', tara: 'triage' },
    });
    fake.issue(repository, { author: 'ravi' });
    asApp = octokitOfApp(fake);
    octokit = octokitOf(fake, repository);
  });

  after('and every endpoint was asked', async () => {
    await fake.stop();
    const asked = new Set(fake.log.map(({ route }) => route));
    expect(endpoints.filter((route) => !asked.has(route))).to.deep.equal([]);
  });

  it('asks only what GitHub describes', () => {
    expect(endpoints.filter((route) => operationOf(route) === undefined)).to.deep.equal([]);
  });

  it('learns what it is, where it is installed, and where its deliveries go', async () => {
    expect(await ask(asApp, 'GET /app')).to.include({ id: fake.app.id, slug: 'c4gt' });
    const { id } = fake.installationOf(repository);
    expect((await ask<Named[]>(asApp, 'GET /app/installations')).map((each) => each.id)).to.deep.equal([id]);
    const one = await ask(asApp, 'GET /app/installations/{installation_id}', { installation_id: id });
    expect(one).to.have.property('permissions').that.includes({ issues: 'write' });
    expect(await ask(asApp, 'GET /repos/{owner}/{repo}/installation', place)).to.include({ id });
    // As `data`: a parameter called `url` is taken by Octokit for the address to ask.
    await ask(asApp, 'PATCH /app/hook/config', { data: { url: 'https://c4gt.example/hook', secret: 'new' } });
    expect(await ask(asApp, 'GET /app/hook/config')).to.include({ url: 'https://c4gt.example/hook' });
    expect(fake.app.webhookSecret).to.equal('new');
    fake.app.hookUrl = null;
  });

  it('gets a token for some repositories and permissions only', async () => {
    const other = fake.repository('sunbird/private', { private: true });
    const route = 'POST /app/installations/{installation_id}/access_tokens';
    const whose = { installation_id: fake.installationOf(repository).id };
    const wanted = { ...whose, repository_ids: [repository.id], permissions: { issues: 'read' } };
    const given = await ask<{ token: string; repositories: Named[] }>(asApp, route, wanted);
    expect(given.repositories.map((each) => each.full_name)).to.deep.equal(['sunbird/portal']);

    const limited = octokitWith(fake.url, given.token);
    expect(await failure(limited.rest.repos.get({ owner: 'sunbird', repo: 'private' }))).to.include({ status: 404 });
    const comment = limited.rest.issues.createComment({ ...place, issue_number: 1, body: 'x' });
    expect(await failure(comment)).to.include({ status: 403 });
    expect((await octokit.rest.repos.get({ owner: 'sunbird', repo: 'private' })).data.id).to.equal(other.id);

    const tooMuch = ask(asApp, route, { ...whose, permissions: { contents: 'write' } });
    expect(await failure(tooMuch)).to.include({ status: 422 });
    expect(await failure(ask(asApp, route, { ...whose, repositories: ['portal', 'unknown'] }))).to.include({
      status: 422,
    });
  });

  it('is made from a manifest’s code, once, and can then say who it is', async () => {
    const manifest = {
      name: 'C4GT Bot',
      url: 'https://c4gt.example',
      default_permissions: { issues: 'write' },
    } as const;
    const [route, code] = ['POST /app-manifests/{code}/conversions', fake.manifestCode(manifest)];
    const made = await ask<{ id: number; pem: string }>(octokitWith(fake.url), route, { code });
    expect(made).to.include({ slug: 'c4gt-bot', name: 'C4GT Bot' });
    expect(made.pem).to.match(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(await failure(ask(octokitWith(fake.url), route, { code }))).to.include({ status: 404 });
    const itself = octokitOfApp({ ...fake, app: { ...fake.app, id: made.id, privateKey: made.pem } });
    expect(await ask(itself, 'GET /app')).to.include({ slug: 'c4gt-bot' });
  });

  it('sees its deliveries of three days, and has one sent again', async () => {
    const payload = { action: 'opened' };
    const { guid } = fake.delivered({ event: 'issues.opened', about: repository, payload, statusCode: 503 });
    fake.delivered({ event: 'ping', deliveredAt: Date.now() - 4 * DAY, statusCode: 503 });
    const failed = await ask<Listed[]>(asApp, 'GET /app/hook/deliveries', { status: 'failure' });
    expect(failed).to.have.length(1);
    expect(failed[0]).to.include({ guid, status_code: 503, event: 'issues', action: 'opened' });
    // Octokit leaves a bigint out of an address (https://github.com/octokit/endpoint.js/issues/546).
    expect(failed[0]?.id).to.be.a('bigint');
    const which = { delivery_id: String(failed[0]?.id) };
    const whole = await ask<{ request: object }>(asApp, 'GET /app/hook/deliveries/{delivery_id}', which);
    expect(whole.request).to.deep.include({ payload });
    await ask(asApp, 'POST /app/hook/deliveries/{delivery_id}/attempts', which);
    const [again] = await ask<Listed[]>(asApp, 'GET /app/hook/deliveries');
    expect(again).to.include({ guid, redelivery: true });
  });

  it('lists its repositories and learns of one', async () => {
    const list = await ask<{ total_count: number; repositories: Named[] }>(octokit, 'GET /installation/repositories');
    expect(list.total_count).to.equal(fake.installationOf(repository).repositories.size);
    expect(list.repositories[0]).to.include({ full_name: 'sunbird/portal', id: repository.id });
    expect(await ask(octokit, 'GET /repos/{owner}/{repo}', place)).to.include({ id: repository.id, private: false });
  });

  it('learns of people and what they may do', async () => {
    const bot = await ask(octokit, 'GET /users/{username}', { username: 'c4gt[bot]' });
    expect(bot).to.include({ id: fake.app.bot.id, type: 'Bot' });
    const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
    for (const [username, permission] of Object.entries({
      devi: 'write',
      tara: 'read',
      ravi: 'read',
      sunbird: 'admin',
    })) {
      expect(await ask(octokit, route, { ...place, username })).to.include({ permission });
    }
    await ask(octokit, 'GET /repos/{owner}/{repo}/assignees/{assignee}', { ...place, assignee: 'Devi' });
    const stranger = octokit.rest.issues.checkUserCanBeAssigned({ ...place, assignee: 'ravi' });
    expect(await failure(stranger)).to.include({ status: 404 });
  });

  it('sees and makes the labels of a repository, whose case does not matter', async () => {
    const made = { ...place, name: 'C4GT Community', color: '0e8a16' };
    await ask(octokit, 'POST /repos/{owner}/{repo}/labels', made);
    const again = ask(octokit, 'POST /repos/{owner}/{repo}/labels', { ...place, name: 'c4gt community' });
    expect(await failure(again)).to.include({ status: 422 });
    const one = await ask(octokit, 'GET /repos/{owner}/{repo}/labels/{name}', { ...place, name: 'c4gt community' });
    expect(one).to.include({ name: 'C4GT Community', color: '0e8a16' });
    expect(await ask(octokit, 'GET /repos/{owner}/{repo}/labels', place)).to.have.length(2);
  });

  it('asks for nothing what is left of its budget', async () => {
    const left = async () => (await ask<{ rate: { remaining: number } }>(octokit, RATE_LIMIT)).rate.remaining;
    const before = await left();
    expect(await left()).to.equal(before);
    await ask(octokit, 'GET /repos/{owner}/{repo}', place);
    expect(await left()).to.equal(before - 1);
  });

  it('follows a renamed repository, with what it writes too', async () => {
    const old = fake.repository('sunbird/old-name');
    fake.issue(old);
    fake.rename(old, 'new-name');
    const there = { owner: 'sunbird', repo: 'old-name' };
    expect((await octokit.rest.repos.get(there)).data.full_name).to.equal('sunbird/new-name');
    await octokit.rest.issues.createComment({ ...there, issue_number: 1, body: 'Hello' });
    expect(fake.commentsOn('sunbird/new-name', 1)).to.have.length(1);
  });
});
