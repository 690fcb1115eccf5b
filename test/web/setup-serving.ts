// The setup pages on a port of their own, over a fake GitHub and a directory for `.env`: anew for every test.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSetup, type SetupParts } from '../../src/setup/setup.ts';
import { setupApp } from '../../src/web/setup-routes.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { type Page, type Person, personAt } from './setup-person.ts';

export interface Served {
  readonly url: string;
  readonly person: Person;
  /** The address with the token. */
  readonly entrance: string;
  readonly token: string;
}

type Given = Partial<SetupParts> & { readonly baseUrl?: string | null };

export interface SetupServing {
  readonly fake: FakeGitHub;
  readonly directory: string;
  readonly envFile: string;
  serve(given?: Given): Promise<Served>;
  /** As far as the page from which one goes to GitHub. */
  begun(given?: Given): Promise<Begun>;
  /** What an attacker would look for in everything that is shown. */
  secrets(): string[];
}

export interface Begun extends Served {
  readonly handOver: Page;
  readonly state: string;
  /** A code that GitHub would send the person back with. */
  code(): string;
  come(query: Readonly<Record<string, string>>): Promise<Page>;
}

/** What a person fills in. */
export const filled = { organisation: 'code4govtech', name: 'Ours', base_url: 'https://c.example.org' };

/** To be called in a suite; what it gives is there while a test of it runs. */
export function setupServing(): SetupServing {
  let fake: FakeGitHub;
  let directory = '';
  const servers: Server[] = [];

  beforeEach(async () => {
    fake = await startFakeGitHub();
    directory = mkdtempSync(join(tmpdir(), 'c4gt-test-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
    rmSync(directory, { recursive: true, force: true });
    await fake.stop();
  });

  const serving: SetupServing = {
    get fake() {
      return fake;
    },
    get directory() {
      return directory;
    },
    get envFile() {
      return join(directory, '.env');
    },
    async serve({ baseUrl = null, ...parts } = {}) {
      const setup = createSetup({
        ...{ apiUrl: fake.url, envFile: serving.envFile, environment: {}, port: 3000 },
        proposal: { organisation: '', name: 'C4GT Community Support', baseUrl: '' },
        ...parts,
      });
      const handle = setupApp(setup, baseUrl).callback();
      const server = createServer((request, response) => void handle(request, response));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { token } = setup;
      return { url, token, person: personAt(url), entrance: `${url}/setup?token=${token}` };
    },
    async begun(given) {
      const served = await serving.serve(given);
      const handOver = await served.person.send(await served.person.open(served.entrance), filled);
      const state = new URL(handOver.form?.action ?? '').searchParams.get('state') ?? '';
      const come: Begun['come'] = (query) =>
        served.person.open(`${served.url}/setup/created?${new URLSearchParams(query)}`);
      const code = () => fake.manifestCode(JSON.parse(handOver.form?.fields['manifest'] ?? ''));
      return { ...served, handOver, state, come, code };
    },
    secrets: () =>
      [...fake.world.apps.values()].flatMap(({ privateKey, webhookSecret, clientSecret }) => [
        ...[webhookSecret, clientSecret, privateKey.split('\n')[1] ?? privateKey],
        Buffer.from(privateKey).toString('base64').slice(40, 120),
      ]),
  };
  return serving;
}
