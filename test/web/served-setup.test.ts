// /setup beside the API: there while there is no App, at the address that the log tells, and with a policy of its own.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { readConfig } from '../../src/config.ts';
import { createApp } from '../../src/web/app.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { servedSetup } from '../../src/web/served-setup.ts';
import { privateKey } from '../github/scripted-server.ts';
import { expectSafeHeaders } from './serving.ts';
import { personAt } from './setup-person.ts';

const servers: Server[] = [];

/** The service with as much of a store as `/healthz` and `/readyz` need. */
async function serve(environment: Readonly<Record<string, string>>) {
  const setup = servedSetup({ config: readConfig(environment), environment, onDone: () => undefined });
  const store = { ping: async () => undefined } as never;
  const refusedRules = () => null;
  const app = createApp({
    store,
    actions: {},
    isReady: () => true,
    metrics: createMetrics({ store, refusedRules }),
    refusedRules,
    setup: setup?.router ?? null,
    log: { error: () => undefined },
  });
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { setup, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('the service', () => {
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  it('serves /setup while it has no App, at the address it tells', async () => {
    const { setup, url } = await serve({});
    const page = await personAt(url).open(setup?.addressAt(url) ?? '');
    expect(page.status).to.equal(200);
    expect(page.form?.fields).to.include({ name: 'C4GT Community Support', base_url: '' });
    expect(page.headers.get('content-security-policy')).to.include("form-action 'self' https://github.com;");
  });

  it('keeps everything else as strict as before', async () => {
    const { url } = await serve({});
    for (const path of ['/healthz', '/readyz', '/setup/', '/setup/x', '/setups', '/nothing']) {
      const { headers, status } = await fetch(url + path);
      expect(status).to.equal(path.endsWith('z') ? 200 : 404);
      expectSafeHeaders(headers);
    }
  });

  it('has no /setup once there is an App', async () => {
    const { setup, url } = await serve({ GITHUB_APP_ID: '1', GITHUB_PRIVATE_KEY: privateKey });
    expect(setup).to.equal(null);
    for (const path of ['/setup', '/setup/created?code=a&state=b', '/setup/style.css'])
      expect((await fetch(url + path)).status).to.equal(404);
  });

  it('tells an address that can be opened', async () => {
    for (const [environment, url, start] of [
      [{}, 'http://127.0.0.1:3000', 'http://127.0.0.1:3000/setup?token='],
      [{}, 'http://0.0.0.0:3000', 'http://127.0.0.1:3000/setup?token='],
      [{}, 'http://[::]:3000', 'http://127.0.0.1:3000/setup?token='],
      [{ BASE_URL: 'https://c.example/points/' }, 'http://0.0.0.0:1', 'https://c.example/points/setup?token='],
    ] as const) {
      const setup = servedSetup({ config: readConfig(environment), environment, onDone: () => undefined });
      expect(setup?.addressAt(url)).to.satisfy((address: string) => address.startsWith(start));
    }
  });
});
