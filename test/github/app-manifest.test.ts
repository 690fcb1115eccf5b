// The App as GitHub is asked to create it: everything we need and nothing more; and the secrets it comes with.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { consumers } from '../../src/consumers/registry.ts';
import { createGitHubApp } from '../../src/github/app.ts';
import {
  actionGrants,
  appEvents,
  appManifest,
  appPermissions,
  convertManifest,
  coverageGrants,
  eventGrants,
  lookupGrants,
  registrationPage,
  unsubscribedEvents,
  WEBHOOKS_PATH,
  webUrl,
} from '../../src/github/app-manifest.ts';
import * as conversations from '../../src/github/conversations.ts';
import * as deliveries from '../../src/github/deliveries.ts';
import * as installations from '../../src/github/installations.ts';
import * as issues from '../../src/github/issue-at.ts';
import * as lookups from '../../src/github/lookups.ts';
import { readPrivateKey } from '../../src/github/private-key.ts';
import * as repositories from '../../src/github/repositories.ts';
import * as stillThere from '../../src/github/still-there.ts';
import { webhooksPath } from '../../src/listener/limits.ts';
import { startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { closeServers, quiet, rejection, trial } from './scripted-server.ts';

const sorted = (names: Iterable<string>) => [...names].sort();

describe('the App manifest', () => {
  const manifest = appManifest({ baseUrl: 'https://c.example', redirectUrl: 'http://localhost:1/created' });

  it('knows what each action needs', () => {
    expect(sorted(Object.keys(actionGrants))).to.deep.equal(sorted(Object.keys(actions)));
  });

  it('knows what each lookup needs', () => {
    const functions = Object.entries({ ...issues, ...lookups }).flatMap(([name, value]) =>
      typeof value === 'function' ? [name] : [],
    );
    expect(sorted(Object.keys(lookupGrants))).to.deep.equal(sorted(functions));
  });

  it('knows what looking through installations and the sweep need', () => {
    const modules = { ...conversations, ...deliveries, ...installations, ...repositories, ...stillThere };
    const functions = Object.entries(modules).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
    expect(sorted(Object.keys(coverageGrants))).to.deep.equal(sorted(functions));
  });

  it('subscribes to what our consumers take', () => {
    const taken = [...Object.keys(eventGrants), ...unsubscribedEvents];
    expect(sorted(taken)).to.deep.equal(sorted(Object.keys(consumers)));
    expect(manifest.default_events).to.deep.equal(sorted(appEvents));
  });

  it('asks for what is needed and for no more', () => {
    expect(manifest.default_permissions).to.deep.equal({
      ...{ checks: 'write', issues: 'write', metadata: 'read', pull_requests: 'write' },
    });
    for (const grants of [actionGrants, lookupGrants, coverageGrants, eventGrants].flatMap((table) =>
      Object.values(table),
    ))
      for (const [name, level] of Object.entries(grants)) expect([level, 'write']).to.include(appPermissions[name]);
  });

  it('has deliveries sent to our listener', () => {
    expect(WEBHOOKS_PATH).to.equal(webhooksPath);
    expect(manifest.hook_attributes).to.deep.equal({ url: 'https://c.example/api/github/webhooks', active: true });
  });

  it('is of the form that GitHub takes', () => {
    expect(manifest).to.deep.include({
      url: 'https://c.example',
      redirect_url: 'http://localhost:1/created',
      public: true,
    });
    expect(manifest.name).to.have.length.within(1, 34);
    const renamed = appManifest({ baseUrl: 'https://c.example', redirectUrl: 'https://c.example/x', name: 'Ours' });
    expect(renamed.name).to.equal('Ours');
  });

  for (const [api, web, page] of [
    ['https://api.github.com', 'https://github.com', 'https://github.com/settings/apps/new?state=s%26t'],
    ['https://api.octo.ghe.com', 'https://octo.ghe.com', 'https://octo.ghe.com/settings/apps/new?state=s%26t'],
    [
      'https://git.example.org/api/v3',
      'https://git.example.org',
      'https://git.example.org/settings/apps/new?state=s%26t',
    ],
    ['http://127.0.0.1:80/api/v3/', 'http://127.0.0.1', 'http://127.0.0.1/settings/apps/new?state=s%26t'],
  ] as const) {
    it(`is posted to ${web} of ${api}`, () => {
      expect(webUrl(api)).to.equal(web);
      expect(registrationPage(api, null, 's&t')).to.equal(page);
      expect(registrationPage(api, 'a/b', 's')).to.equal(`${web}/organizations/a%2Fb/settings/apps/new?state=s`);
    });
  }
});

describe('the code that GitHub gives for a manifest', () => {
  afterEach(closeServers);

  it('is exchanged for an App that works, once', async () => {
    await using fake = await startFakeGitHub();
    const code = fake.manifestCode(appManifest({ baseUrl: 'https://c.example', redirectUrl: 'https://c.example/x' }));
    const created = await convertManifest({ apiUrl: fake.url }, code);
    expect(created).to.include({ slug: 'c4gt-community-support' });
    expect(created.page).to.match(/^https:\/\/github\.com\/apps\//);
    for (const secret of [created.webhookSecret, created.clientId, created.clientSecret])
      expect(secret).to.be.a('string').with.length.above(10);
    expect(readPrivateKey(created.privateKey)).to.match(/^-----BEGIN PRIVATE KEY-----/);

    const { id: appId, privateKey } = created;
    const app = createGitHubApp({ appId, privateKey, apiUrl: fake.url, log: quiet });
    expect(await app.botLogin()).to.equal('c4gt-community-support[bot]');
    const { data } = await app.app.request('GET /app', {});
    expect(data).to.deep.include({ permissions: appPermissions, events: appEvents });

    const failure = await rejection(convertManifest({ apiUrl: fake.url }, code));
    expect(failure).to.include({ kind: 'final', status: 404 });
    expect(String(failure)).not.to.include(code);
  });

  it('carries no credentials', async () => {
    const { server } = await trial(() => ({ status: 201, body: {} }));
    expect(await rejection(convertManifest({ apiUrl: server.url }, 'a/b?c'))).to.include({ kind: 'final' });
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      'POST /app-manifests/a%2Fb%3Fc/conversions',
    ]);
    expect(server.seen[0]?.headers).not.to.have.property('authorization');
  });
});
