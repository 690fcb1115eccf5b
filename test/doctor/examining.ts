// The doctor's findings as a table, and an environment in which all is well but for what a test changes.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Examination, examine } from '../../src/doctor/examine.ts';
import type { Finding, Verdict } from '../../src/doctor/finding.ts';
import { appEvents, appPermissions } from '../../src/github/app-manifest.ts';
import { type FakeGitHub, type FakeOptions, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { rulesDirectory } from '../support/shipped-rules.ts';

export const webhookSecret = 'canary-webhook-secret';

export interface Found {
  readonly all: readonly Finding[];
  /** What was found of one check. */
  of(check: string): readonly Finding[];
  /** The verdicts of one check, and what was said, in one text. */
  said(check: string): string;
  /** Checks that came to this. */
  with(verdict: Verdict): readonly string[];
}

export function examining() {
  let directory = '';
  const closing: (() => unknown)[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'c4gt-test-'));
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    rmSync(directory, { recursive: true, force: true });
  });

  return {
    get directory() {
      return directory;
    },

    /** A GitHub on which the App is as its manifest wants it, installed, and heard. */
    async gitHub(options: FakeOptions = {}): Promise<FakeGitHub> {
      const fake = await startFakeGitHub({ permissions: appPermissions, events: appEvents, ...options });
      closing.push(() => fake.stop());
      fake.repository('asha/core');
      fake.delivered({ event: 'issues.opened' });
      return fake;
    },

    /** A service that is well, and is where `fake` delivers to. */
    async service(fake: FakeGitHub | null, answer: { status: number; body: unknown } = ALIVE): Promise<string> {
      const server = createServer((_, response) => {
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closing.push(() => {
        server.close();
        server.closeAllConnections();
      });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      if (fake !== null) fake.app.hookUrl = `${url}/api/github/webhooks`;
      return url;
    },

    environment(fake: FakeGitHub, baseUrl: string, changed: Readonly<Record<string, string>> = {}) {
      return {
        GITHUB_WEBHOOK_SECRET: webhookSecret,
        GITHUB_APP_ID: String(fake.app.id),
        GITHUB_PRIVATE_KEY: fake.app.privateKey,
        GITHUB_API_URL: fake.url,
        BASE_URL: baseUrl,
        RULES_DIR: rulesDirectory,
        DATA_DIR: join(directory, 'data'),
        ...changed,
      };
    },

    async examine(environment: Examination['environment'], given: Partial<Examination> = {}): Promise<Found> {
      const all = await examine({ environment, ...given });
      const of = (check: string) => all.filter((finding) => finding.check === check);
      return {
        all,
        of,
        said: (check) =>
          of(check)
            .map(({ verdict, what, advice }) => `${verdict} ${what} → ${advice}`)
            .join('\n'),
        with: (verdict) => [...new Set(all.filter((finding) => finding.verdict === verdict).map(({ check }) => check))],
      };
    },
  };
}

const ALIVE = { status: 200, body: { status: 'alive' } };
