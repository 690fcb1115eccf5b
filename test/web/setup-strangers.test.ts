// Who must not get through /setup: whoever has no token, another's session, another site's form, another's name for us.
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { expect } from 'chai';
import { type Page, personAt } from './setup-person.ts';
import { filled, setupServing } from './setup-serving.ts';

async function refused(page: Promise<Page>, status: number, words: RegExp): Promise<void> {
  const { status: answered, words: said, form, headers } = await page;
  expect({ answered, form }, said).to.deep.equal({ answered: status, form: null });
  expect(said).to.match(words);
  expect(headers.get('content-type')).to.equal('text/html; charset=utf-8');
}

/** The status, with headers that `fetch` does not let one choose. */
function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => resolve(response.resume().statusCode ?? 0))
      .once('error', reject)
      .end();
  });
}

describe('/setup admits nobody', () => {
  const serving = setupServing();

  it('without the token, or with another', async () => {
    const { url, token, person } = await serving.serve();
    for (const query of ['', '?token=', '?token=x', `?token=${token}x`, `?token=${token.slice(1)}`])
      await refused(person.open(`${url}/setup${query}`), 401, /has printed/);
    await refused(person.open(`${url}/setup?token=${token}&token=x`), 401, /has printed/);
    for (const path of ['/setup/created', '/setup/created?code=a&state=b'])
      await refused(person.open(`${url}${path}`), 401, /has printed/);
    expect(person.setCookies).to.deep.equal([]);
  });

  it('a second time by the same token', async () => {
    const { url, entrance, person } = await serving.serve();
    expect((await person.open(entrance)).status).to.equal(200);
    await refused(personAt(url).open(entrance), 401, /opened already/);
    // Whoever opened it first may do so again.
    expect((await person.open(entrance)).status).to.equal(200);
  });

  it('but does not count a look at whether the page is there', async () => {
    const { entrance, person } = await serving.serve();
    await fetch(entrance, { method: 'HEAD' });
    expect((await person.open(entrance)).status).to.equal(200);
  });

  it('with a cookie of another session', async () => {
    const [served, other] = [await serving.serve(), await serving.serve()];
    await other.person.open(other.entrance);
    await served.person.open(served.entrance);
    for (const [name, value] of other.person.cookies) {
      for (const forged of [value, '', served.token]) {
        const headers = { cookie: `${name}=${forged}; __Host-${name}=${forged}` };
        await refused(personAt(served.url).open(`${served.url}/setup`, headers), 401, /opened already/);
      }
    }
  });

  it('who stole the answer of GitHub', async () => {
    const { url, person, handOver } = await serving.begun();
    await refused(personAt(url).makeApp(handOver, serving.fake), 401, /opened already/);
    expect(existsSync(serving.envFile)).to.equal(false);
    expect((await person.makeApp(handOver, serving.fake)).status).to.equal(200);
  });

  it('after eight hours', async () => {
    let now = Date.now();
    const { url, entrance, person } = await serving.serve({ clock: () => now });
    await person.open(entrance);
    now += 8 * 60 * 60_000 - 1;
    expect((await person.open(`${url}/setup`)).status).to.equal(200);
    now += 1;
    await refused(person.open(`${url}/setup`), 401, /opened already/);
  });

  it('whose form comes from elsewhere', async () => {
    const { url, entrance, person } = await serving.serve();
    const form = await person.open(entrance);
    const { port } = new URL(url);
    for (const origin of [
      ...['https://evil.example', 'null', '', `http://localhost:${port}`, `https://127.0.0.1:${port}`],
      ...['http://127.0.0.1:1', `http://127.0.0.1:${port}.evil.example`, serving.fake.url],
    ])
      await refused(person.send(form, filled, { origin }), 403, /not sent by the page/);
    const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = new URLSearchParams(filled);
    for (const path of ['/setup', '/setup/again'])
      expect((await fetch(url + path, { method: 'POST', body, headers: { cookie } })).status).to.equal(403);
    expect((await person.send(form, filled)).status).to.equal(200);
  });

  it('by a name that somebody else has made lead here', async () => {
    const { url } = await serving.serve();
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', 'a@localhost'])
      expect(await statusOf(`${url}/setup`, { host }), host).to.equal(421);
    for (const host of ['localhost:1', '127.0.0.1', '127.0.0.2:81', '[::1]:5', 'LOCALHOST'])
      expect(await statusOf(`${url}/setup`, { host }), host).to.equal(401);
  });

  it('whatever a proxy, or somebody who plays one, says of the address', async () => {
    const { url, entrance, person } = await serving.serve();
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    };
    const page = await person.send(await person.open(entrance, headers), filled, headers);
    expect(JSON.parse(page.form?.fields['manifest'] ?? '').redirect_url).to.equal(`${url}/setup/created`);
  });
});

describe('/setup behind BASE_URL', () => {
  const serving = setupServing();
  const baseUrl = 'https://c.example.org/points';

  /** A request through a proxy that passes the host on. */
  const ask = (url: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
    new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
      const { method = 'GET', headers = {}, body } = init;
      const sent = request(url, { method, headers: { host: 'c.example.org', ...headers } }, async (response) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
      sent.once('error', reject).end(body);
    });

  it('keeps its session in a cookie that no other host and no plain connection can have', async () => {
    const { entrance } = await serving.serve({ baseUrl });
    const { status, headers } = await ask(entrance);
    expect({ status, location: headers['location'] }).to.deep.equal({ status: 303, location: 'setup' });
    expect(headers['set-cookie']).to.have.length(1);
    expect(headers['set-cookie']?.[0]).to.match(
      /^__Host-c4gt-setup=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  it('has GitHub send people back there', async () => {
    const { url, entrance } = await serving.serve({ baseUrl });
    const cookie = (await ask(entrance)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const type = 'application/x-www-form-urlencoded';
    const form = { method: 'POST', body: String(new URLSearchParams(filled)) };
    for (const origin of ['https://c.example.org:444', 'http://c.example.org', url]) {
      const headers = { cookie, origin, 'content-type': type };
      expect((await ask(`${url}/setup`, { ...form, headers })).status, origin).to.equal(403);
    }
    // A proxy may also put its own name of us in the place of the host.
    for (const host of ['c.example.org', new URL(url).host]) {
      const headers = { cookie, origin: 'https://c.example.org', 'content-type': type, host };
      const { status, text } = await ask(`${url}/setup`, { ...form, headers });
      expect(status, host).to.equal(200);
      expect(text).to.include('https://c.example.org/points/setup/created');
    }
  });

  it('is for its own name, whatever origin is claimed', async () => {
    const { url, entrance } = await serving.serve({ baseUrl });
    const cookie = (await ask(entrance)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    for (const host of ['evil.example', 'c.example.org:444', 'app:3000']) {
      const headers = {
        cookie,
        host,
        origin: 'https://c.example.org',
        'content-type': 'application/x-www-form-urlencoded',
      };
      const { status, text } = await ask(`${url}/setup`, {
        method: 'POST',
        headers,
        body: String(new URLSearchParams(filled)),
      });
      expect(status, host).to.equal(421);
      expect(text).to.include('https://c.example.org/points/setup').and.include('pass the host on');
    }
  });

  it('may be opened on the machine itself, too', async () => {
    const { url, entrance, person } = await serving.serve({ baseUrl });
    const page = await person.send(await person.open(entrance), filled);
    expect(person.setCookies[0]).to.match(/^c4gt-setup=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(page.text).to.include(`${url}/setup/created`);
  });
});
