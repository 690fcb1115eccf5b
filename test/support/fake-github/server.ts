// The HTTP of the fake: reads a request, notes it, lets a fault befall it or not, and writes the answer.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answering, askerIn, byName, type Incoming, type Prepared, prepare } from './answering.ts';
import type { Answer } from './endpoint.ts';
import type { Faults } from './faults.ts';
import { type Deed, misbehave, type Wire } from './misbehave.ts';
import type { LoggedRequest } from './request-log.ts';

export interface Serving extends Answering {
  readonly faults: Faults;
  readonly log: LoggedRequest[];
}

/** Where GitHub Enterprise Server has its API; the same is answered there. */
const ENTERPRISE = '/api/v3';

/** Listens on a free port of this machine. */
export async function serve(serving: Serving): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    handle(serving, request, response).catch((error: unknown) => {
      serving.violate({
        request: `${request.method} ${request.url}`,
        problems: [`the fake GitHub failed: ${drawn(error)}`],
      });
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      // Only now: what hangs and has no connection any more is never done.
      serving.faults.clear();
      await closed;
    },
  };
}

async function handle(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = serving.world.now();
  const incoming = await read(serving, request);
  if (incoming === null) return;
  const prepared = prepare(serving, incoming);
  const entry = note(serving, incoming, prepared, at);
  response.once('close', () => {
    entry.endedAt = serving.world.now();
  });
  const wire = wireOf(serving, entry, response);
  const deed = deedOf(serving, incoming, prepared, entry);
  const hit = prepared.isViolation ? null : serving.faults.pick(entry);
  if (hit === null) return wire.send(deed.perform());
  entry.fault = hit.fault.kind;
  await misbehave(hit, deed, wire);
}

/** Null when the sender gave up in the middle. */
async function read({ world }: Serving, request: IncomingMessage): Promise<Incoming | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return null;
  }
  const url = new URL(request.url ?? '/', world.url);
  const isEnterprise = url.pathname.startsWith(`${ENTERPRISE}/`);
  const pathname = isEnterprise
    ? url.pathname.slice(ENTERPRISE.length)
    : url.pathname.replace(/^\/api\/graphql$/, '/graphql');
  return {
    method: request.method ?? 'GET',
    base: isEnterprise ? `${world.url}${ENTERPRISE}` : world.url,
    pathname: byName(world, pathname),
    search: url.searchParams,
    headers: request.headers,
    text: Buffer.concat(chunks).toString(),
  };
}

function note(serving: Serving, incoming: Incoming, { route }: Prepared, at: number): LoggedRequest {
  const asker = askerIn(serving, incoming);
  const { method, pathname, search, text } = incoming;
  const entry: LoggedRequest = {
    ...{ at, endedAt: null, method, path: pathname, search, text, route },
    installation: asker.kind === 'installation' ? asker.installation.id : null,
    isWrite: asker.kind === 'installation' && method !== 'GET' && route !== 'POST /graphql',
    ...{ isDone: false, status: null, fault: null },
  };
  serving.log.push(entry);
  return entry;
}

function deedOf(serving: Serving, incoming: Incoming, prepared: Prepared, entry: LoggedRequest): Deed {
  const resource = prepared.route === 'POST /graphql' ? 'graphql' : 'core';
  const left = () => serving.budgets.headers(askerIn(serving, incoming), resource);
  const { now } = serving.world;
  return {
    now,
    left,
    spent: (seconds) => ({
      ...left(),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(now() / 1000) + seconds),
    }),
    perform: () => {
      const answer = prepared.perform();
      entry.isDone = answer.status < 300;
      return answer;
    },
  };
}

function wireOf({ world }: Serving, entry: LoggedRequest, response: ServerResponse): Wire {
  const isOpen = () => response.socket !== null && !response.socket.destroyed && !response.writableEnded;
  const write = ({ status, body, headers }: Answer, cut: (text: string) => string) => {
    if (!isOpen()) return;
    entry.status = status;
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, {
      date: new Date(world.now()).toUTCString(),
      ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      'x-github-request-id': `FAKE:${entry.at}`,
      ...headers,
    });
    response.end(cut(text));
  };
  return {
    get isOpen() {
      return isOpen();
    },
    send: (answer) => write(answer, (text) => text),
    sendHalf: (answer) => write(answer, (text) => text.slice(0, text.length / 2)),
    reset: () => {
      response.socket?.resetAndDestroy();
    },
  };
}

const drawn = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
