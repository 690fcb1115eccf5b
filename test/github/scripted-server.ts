// An HTTP server that answers as a test tells it, and remembers what it was asked: for what no GitHub should do, and so
// the fake GitHub does not.
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGitHubApp, type GitHubAppOptions } from '../../src/github/app.ts';
import type { GitHubApp } from '../../src/github/github.ts';

export interface Seen {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Answers one request; null when it answered by itself, through `response`. */
export type Script = (seen: Seen, response: ServerResponse) => Scripted | null | Promise<Scripted | null>;

export interface Scripted {
  readonly status: number;
  /** Written as JSON, but a string is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ScriptedServer {
  readonly url: string;
  readonly seen: readonly Seen[];
  close(): Promise<void>;
}

const open: ScriptedServer[] = [];

/** Is closed by {@link closeServers}. */
export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(one);
    const answer = await script(one, response);
    if (answer === null) return;
    const { status, body, headers } = answer;
    const json = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
    response.writeHead(status, { ...json, ...headers });
    response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const scripted = {
    url: `http://127.0.0.1:${port}`,
    seen,
    async close() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  open.push(scripted);
  return scripted;
}

export const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** What every token of these tests holds, so that none of them can hide. */
export const canary = 'CANARYcanary0123456789';

export const quiet = { warn: () => undefined };

const TOKENS = /^(?:\/api\/v3)?\/app\/installations\/(\d+)\/access_tokens$/;

/** Gives out tokens as GitHub does, `ghs_<installation>_<how many>_<canary>`, and leaves the rest to `script`. */
export function withTokens(script: Script): Script {
  let given = 0;
  return (seen, response) => {
    const installation = TOKENS.exec(seen.path)?.[1];
    if (installation === undefined || seen.method !== 'POST') return script(seen, response);
    given += 1;
    return {
      status: 201,
      body: {
        token: `ghs_${installation}_${given}_${canary}`,
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        permissions: { issues: 'write' },
        repository_selection: 'all',
      },
    };
  };
}

/** A server and an App that asks it. */
export async function trial(script: Script, options: Partial<GitHubAppOptions> = {}) {
  const server = await scriptedServer(withTokens(script));
  const app = appAt(server.url, options);
  const asked = () => server.seen.filter(({ path }) => !TOKENS.test(path));
  const tokensAsked = () => server.seen.filter(({ path }) => TOKENS.test(path));
  return { server, app, github: app.installation(12), asked, tokensAsked };
}

export function appAt(apiUrl: string, options: Partial<GitHubAppOptions> = {}): GitHubApp {
  return createGitHubApp({ appId: 4711, privateKey, apiUrl, log: quiet, requestTimeout: 5_000, ...options });
}

/** To be called in `afterEach`. */
export async function closeServers(): Promise<void> {
  await Promise.all(open.splice(0).map((server) => server.close()));
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => error,
  );
}
