// What a Supabase project is over HTTP, for tests: its Data API before a Postgres, with a secret and a publishable key.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App } from '@supabase/lite';
import { createPostgresConnection } from '@supabase/lite/postgres';

export interface SupabaseServer {
  readonly url: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  stop(): Promise<void>;
}

/** @param databaseUrl of a migrated Postgres; what is migrated later is not seen */
export async function startSupabase(databaseUrl: string): Promise<SupabaseServer> {
  listenForErrors();
  const [secretKey, publishableKey] = ['sb_secret_of-these-tests', 'sb_publishable_of-these-tests'];
  const connection = createPostgresConnection({ url: databaseUrl, postgresOptions: { max: 20, types: asPostgREST } });
  const app = new App({ connection, auth: { enabled: false, publishable_key: publishableKey, secret_key: secretKey } });
  const server = createServer(async (request, response) => {
    const answer = await answerOf(app, request);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    secretKey,
    publishableKey,
    async stop() {
      server.close();
      server.closeAllConnections();
      await connection.close();
    },
  };
}

/** Its driver would write what is JSON already as JSON once more, and make bytes of what has to stay text. */
const asItIs = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
const asPostgREST = {
  json: { to: 114, from: [114], serialize: asItIs, parse: (text: string) => JSON.parse(text) },
  jsonb: { to: 3802, from: [3802], serialize: asItIs, parse: (text: string) => JSON.parse(text) },
  bytea: { to: 17, from: [17], serialize: (text: string) => text, parse: (text: string) => text },
};

/** The error of the database that a request met, which the app tells on the standard error. */
const met = new AsyncLocalStorage<{ error: unknown }>();
let isListening = false;

function listenForErrors(): void {
  if (isListening) return;
  isListening = true;
  const { error } = console;
  console.error = (...told) => {
    const request = met.getStore();
    if (request === undefined) error.apply(console, told);
    else request.error = told[0];
  };
}

/** The app's answer; or PostgREST's, to an error that the app has no answer to but 500. */
async function answerOf(app: App, incoming: IncomingMessage): Promise<Response> {
  const peerAddress = incoming.socket.remoteAddress ?? null;
  const request = { error: undefined as unknown };
  const answer = await met.run(request, async () => app.fetch(await requestOf(incoming), { peerAddress }));
  const { code, message, detail = null, hint = null } = Object(request.error) as Record<string, string>;
  if (answer.status !== 500 || !/^[0-9A-Z]{5}$/.test(code ?? '')) return answer;
  return Response.json({ code, message, details: detail, hint }, { status: statusOf(code ?? '') });
}

/** https://docs.postgrest.org/en/stable/references/errors.html#http-status-codes */
function statusOf(state: string): number {
  if (/^(?:08|53(?!400))/.test(state)) return 503;
  if (/^(?:28|0L|0P)/.test(state)) return 403;
  return /^(?:09|25|2D|38|39|3B|40|53|54|55|57|58|F0|HV|P0(?!001)|XX)/.test(state) ? 500 : 400;
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', url = '/', headers } = incoming;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = chunks.length === 0 ? null : Buffer.concat(chunks);
  return new Request(`http://${headers.host}${url}`, { method, headers: headers as Record<string, string>, body });
}
