// A listener on a free port with a hand-written store, and a sender that signs like GitHub, over real HTTP.
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { serverLimits, webhooksPath } from '../../src/listener/limits.ts';
import { createListener, type ListenerParts } from '../../src/listener/listener.ts';
import type { IncomingDelivery } from '../../src/store/store.ts';

export const secret = 'the secret of today';

/** Remembers what it was given, batch by batch; `before` runs first, and may wait or throw. */
export interface FakeStore {
  readonly batches: IncomingDelivery[][];
  readonly deliveries: IncomingDelivery[];
  before: (batch: readonly IncomingDelivery[]) => Promise<void> | void;
  receive(batch: readonly IncomingDelivery[]): Promise<void>;
}

export function createFakeStore(): FakeStore {
  const batches: IncomingDelivery[][] = [];
  const store: FakeStore = {
    batches,
    get deliveries() {
      return batches.flat();
    },
    before: () => undefined,
    receive: async (batch) => {
      await store.before(batch);
      batches.push([...batch]);
    },
  };
  return store;
}

export interface Listening {
  readonly port: number;
  readonly store: FakeStore;
  /** What was logged, one JSON text each. */
  readonly logged: string[];
  stop(): Promise<void>;
}

/** Starts a listener; `parts` replaces what a test is about. */
export async function listen(parts: Partial<Omit<ListenerParts, 'store' | 'log'>> = {}): Promise<Listening> {
  const store = createFakeStore();
  const logged: string[] = [];
  const note = (...line: unknown[]): void => {
    logged.push(JSON.stringify(line));
  };
  const listener = createListener({ store, secrets: [secret], log: { info: note, error: note }, ...parts });
  const server = createServer(serverLimits, (incoming, answer) => {
    if (!listener(incoming, answer)) answer.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const stop = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { port: address.port, store, logged, stop };
}

export const sign = (body: string | Uint8Array, key = secret): string =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;

/** The headers of a genuine delivery; `undefined` removes one, a list sends it several times. */
export function headersFor(body: string | Uint8Array, changed: Record<string, string | string[] | undefined> = {}) {
  const headers: Record<string, string | string[] | undefined> = {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': sign(body),
    ...changed,
  };
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sending {
  readonly body?: string | Uint8Array;
  readonly headers?: OutgoingHttpHeaders;
  readonly method?: string;
  readonly path?: string;
}

/** Sends one request on a connection of its own. */
export async function send(port: number, sending: Sending = {}): Promise<Answer> {
  const { body = '{}', headers = headersFor(body), method = 'POST', path = webhooksPath } = sending;
  const outgoing = request({ port, host: '127.0.0.1', method, path, headers, agent: false });
  outgoing.end(body);
  return answerOf(outgoing);
}

/** Waits for the answer to a request that the test itself has sent, or is still sending. */
export async function answerOf(outgoing: ReturnType<typeof request>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  outgoing.on('error', reject).on('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    // The whole answer has come once its length has, also where the server still drains what we send.
    const length = Number(response.headers['content-length'] ?? 0);
    const finish = (): void => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    response.on('error', reject).on('end', finish);
    response.on('data', () => {
      if (Buffer.byteLength(text) === length) finish();
    });
  });
  return promise;
}
