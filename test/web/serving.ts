// The application over a store, on a port of its own, without the process around it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import type { Store } from '../../src/store/store.ts';
import { type AppParts, createApp } from '../../src/web/app.ts';
import { createMetrics } from '../../src/web/metrics.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  json<T>(): T;
}

export interface Serving {
  readonly logged: string[];
  ready: boolean;
  ask(path: string, method?: string): Promise<Answer>;
  stop(): Promise<void>;
}

export async function serve(store: Store, more: Pick<AppParts, 'ledgerKey' | 'reading'> = {}): Promise<Serving> {
  const logged: string[] = [];
  const state: { ready: boolean; refused: string | null } = { ready: true, refused: null };
  const app = createApp({
    ...more,
    store,
    actions,
    isReady: () => state.ready,
    refusedRules: () => state.refused,
    metrics: createMetrics({ store, refusedRules: () => state.refused }),
    log: { error: (...line: unknown[]) => void logged.push(JSON.stringify(line)) },
  });
  const handle = app.callback();
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    logged,
    get ready() {
      return state.ready;
    },
    set ready(ready) {
      state.ready = ready;
    },
    ask: async (path, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A problem in the shape of RFC 9457, with the headers that every answer has. */
export function expectProblem({ status, headers, text, json }: Answer, wanted: number, detail = /./): void {
  expect(status, text).to.equal(wanted);
  expect(headers.get('content-type')).to.equal('application/problem+json');
  const problem = json<Record<string, unknown>>();
  expect(problem).to.have.all.keys('type', 'title', 'status', 'detail');
  expect(problem).to.include({ type: 'about:blank', status: wanted });
  expect(problem['title']).to.be.a('string').that.is.not.empty;
  expect(problem['detail']).to.match(detail);
  expectSafeHeaders(headers);
}

export function expectSafeHeaders(headers: Headers): void {
  expect(headers.get('content-security-policy')).to.equal("default-src 'none';frame-ancestors 'none'");
  expect(headers.get('x-content-type-options')).to.equal('nosniff');
  expect(headers.get('x-frame-options')).to.equal('DENY');
  expect(headers.get('x-powered-by')).to.equal(null);
  expect(headers.get('set-cookie')).to.equal(null);
}
