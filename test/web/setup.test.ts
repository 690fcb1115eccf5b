// The page on which the GitHub App is made: the way through it, and what it writes.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect } from 'chai';
import { readConfig } from '../../src/config.ts';
import { appEvents, appPermissions } from '../../src/github/app-manifest.ts';
import { filled, setupServing } from './setup-serving.ts';

describe('/setup', () => {
  const serving = setupServing();

  it('leads from nothing to an App whose secrets are in .env, and nowhere else', async () => {
    const { url, person, entrance } = await serving.serve();
    const { fake } = serving;
    const first = await person.open(entrance);
    expect(first.status).to.equal(200);
    const second = await person.send(first, filled);
    expect(second.form?.action).to.match(
      new RegExp(`^${fake.url}/organizations/code4govtech/settings/apps/new\\?state=[\\w-]{40,}$`),
    );
    expect(JSON.parse(second.form?.fields['manifest'] ?? '')).to.deep.include({
      name: 'Ours',
      url: 'https://c.example.org',
      hook_attributes: { url: 'https://c.example.org/api/github/webhooks', active: true },
      redirect_url: `${url}/setup/created`,
      default_permissions: appPermissions,
      default_events: appEvents,
    });
    const third = await person.makeApp(second, fake);
    expect(third.status).to.equal(200);
    expect(third.words).to.include('ours is there').and.include('c4gt doctor').and.include('restart');
    expect(third.text).to.include('href="https://github.com/apps/ours/installations/new"');

    const [app] = [...fake.world.apps.values()].slice(-1);
    const written = parseEnv(readFileSync(serving.envFile, 'utf8'));
    expect(written).to.deep.include({
      GITHUB_APP_ID: String(app?.id),
      GITHUB_WEBHOOK_SECRET: app?.webhookSecret,
      GITHUB_CLIENT_ID: app?.clientId,
      GITHUB_CLIENT_SECRET: app?.clientSecret,
      BASE_URL: 'https://c.example.org',
      GITHUB_API_URL: fake.url,
    });
    const { github, baseUrl } = readConfig(written, { webhookSecret: true });
    expect(github.app?.id).to.equal(app?.id);
    expect(github.app?.privateKey).to.include('BEGIN PRIVATE KEY');
    expect(baseUrl).to.equal('https://c.example.org');
    expect(statSync(serving.envFile).mode & 0o777).to.equal(0o600);
    expect(readdirSync(serving.directory)).to.deep.equal(['.env']);
    for (const { text, headers } of [first, second, third])
      for (const secret of serving.secrets()) expect(text + JSON.stringify([...headers])).not.to.include(secret);
  });

  it('shows again what was reached, whatever is reloaded', async () => {
    const { url, person, handOver } = await serving.begun();
    const form = await person.open(`${url}/setup`);
    await person.makeApp(handOver, serving.fake);
    const before = readFileSync(serving.envFile, 'utf8');
    for (const path of ['/setup', '/setup/created?code=x&state=y'])
      expect((await person.open(`${url}${path}`)).words).to.include('The App is made');
    expect((await person.send(form, filled)).words).to.include('The App is made');
    expect(readFileSync(serving.envFile, 'utf8')).to.equal(before);
  });

  it('makes an App of one’s own account, too', async () => {
    const { person, entrance } = await serving.serve();
    const page = await person.send(await person.open(entrance), { ...filled, organisation: '' });
    expect(page.form?.action).to.match(new RegExp(`^${serving.fake.url}/settings/apps/new\\?state=`));
  });

  for (const baseUrl of ['', 'http://localhost:3000', 'https://192.168.1.4', 'http://c4gt.local']) {
    it(`makes an App with its webhook off when the address is "${baseUrl}"`, async () => {
      const { person, entrance } = await serving.serve({ apiUrl: 'https://api.github.com' });
      const page = await person.send(await person.open(entrance), { ...filled, base_url: baseUrl });
      expect(page.form?.action).to.match(/^https:\/\/github\.com\/organizations\/code4govtech\/settings\/apps\/new\?/);
      expect(JSON.parse(page.form?.fields['manifest'] ?? '').hook_attributes).to.deep.equal({
        ...{ url: 'https://example.com/api/github/webhooks', active: false },
      });
      expect(page.words).to.include('webhook off').and.include('tunnel').and.include('localhost:3000');
    });
  }

  it('says afterwards how to turn the webhook on', async () => {
    const { person, entrance } = await serving.serve();
    const page = await person.send(await person.open(entrance), { ...filled, base_url: '' });
    const done = await person.makeApp(page, serving.fake);
    expect(done.words).to.include('Its webhook is off').and.include('/api/github/webhooks').and.include('Active');
    expect(done.text).to.include(`href="${serving.fake.url}/organizations/code4govtech/settings/apps/ours"`);
    expect(parseEnv(readFileSync(serving.envFile, 'utf8'))).not.to.have.property('BASE_URL');
  });

  it('shows a form again that is not right, with what is wrong and what was written', async () => {
    const { person, entrance } = await serving.serve();
    const form = await person.open(entrance);
    const wrong: readonly [field: string, value: string, said: RegExp][] = [
      ['organisation', 'a b', /name in GitHub’s addresses/],
      ['organisation', '../settings', /name in GitHub’s addresses/],
      ['organisation', '-a', /name in GitHub’s addresses/],
      ['organisation', 'a'.repeat(40), /at most 39/],
      ['name', '', /1 to 34/],
      ['name', 'x'.repeat(35), /1 to 34/],
      ['name', 'a\u0000b', /1 to 34/],
      ['base_url', 'community.example.org', /is like https/],
      ['base_url', 'ftp://c.example.org', /is like https/],
      ['base_url', 'javascript:alert(1)', /is like https/],
      ['base_url', 'https://u:p@c.example.org', /is like https/],
      ['base_url', 'https://c.example.org/?a=b', /is like https/],
      ['base_url', 'https://c.example.org/#', /is like https/],
      ['base_url', "https://c.example.org/'$(id)", /is like https/],
      ['base_url', 'https://c.example.org/\nGITHUB_APP_ID=1', /is like https/],
    ];
    for (const [field, value, said] of wrong) {
      const page = await person.send(form, { ...filled, [field]: value });
      expect(page.status, `${field}: ${value}`).to.equal(422);
      expect(page.words).to.match(said);
      expect(page.form?.action).to.equal('setup');
      expect(page.form?.fields).to.include({ [field]: value });
    }
  });

  it('remembers what was written, for whoever wants to change something', async () => {
    const { url, person } = await serving.begun();
    expect((await person.open(`${url}/setup`)).form?.fields).to.deep.equal(filled);
  });

  it('takes what its form sends, and nothing else', async () => {
    const { url, person, entrance } = await serving.serve();
    await person.open(entrance);
    const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const post = async (body: string, type: string) => {
      const headers = { cookie, origin: url, 'content-type': type };
      return (await fetch(`${url}/setup`, { method: 'POST', headers, body })).status;
    };
    expect(await post('{}', 'application/json')).to.equal(415);
    expect(await post('organisation=a', 'text/plain')).to.equal(415);
    expect(await post(`name=${'x'.repeat(9_000)}`, 'application/x-www-form-urlencoded')).to.equal(413);
    expect(await post('', 'application/x-www-form-urlencoded;charset=utf-8')).to.equal(422);
    expect(await post('%%%=%ff&__proto__=1&name=a&name=b', 'application/x-www-form-urlencoded')).to.equal(200);
  });
});
