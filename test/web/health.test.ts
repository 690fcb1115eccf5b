// Health, metrics, methods and failures: what monitors and strangers see.
import { expect } from 'chai';
import type { Coverage } from '../../src/store/coverage.ts';
import type { Counts } from '../../src/store/reading.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { expectProblem, expectSafeHeaders, type Serving, serve } from './serving.ts';

const counts: Counts = {
  received: 10,
  pending: 1,
  processed: 6,
  ignored: 2,
  dead: 1,
  waiting_since: new Date(Date.now() - 90_000).toISOString(),
  effects: { pending: 0, dead: 0, skipped: 0, parked: 0 },
  rules: { version: 'abc', count: 3 },
  subjects: { pending: 4, dead: 0 },
};

const coverage: Coverage = {
  backfill: { repositories: 3, done: 1, failed: 0, found: 20, waiting_because: 'no GitHub credentials' },
  complete_up_to: '2026-11-23T10:00:00Z',
  complete: { swept_at: '2026-11-23T10:02:00Z', missing: 1, lost: 0, because: null },
};

/** A store that answers, or fails as it is told to; only what the web asks of it is there. */
function fakeStore(): { store: Store; failure: Error | null } {
  const fake = { failure: null as Error | null, store: {} as Store };
  const answering =
    <T>(value: T) =>
    async () => {
      if (fake.failure !== null) throw fake.failure;
      return value;
    };
  fake.store = {
    counts: answering(counts),
    coverage: answering(coverage),
    tickets: answering({ tickets: [], total: 0 }),
    leaderboard: answering({ entries: [], total: 0 }),
    contributor: answering({ login: 'asha' }),
    why: answering([]),
    effectsOn: answering([]),
    ping: answering(undefined),
  } as Partial<Store> as Store;
  return fake;
}

const API = ['/api/status', '/api/tickets', '/api/leaderboard', '/api/contributors/asha', '/api/why/a/b/1'];
const ALL = [...API, '/healthz', '/readyz', '/metrics'];

describe('the web', () => {
  let fake: ReturnType<typeof fakeStore>;
  let serving: Serving;
  beforeEach(async () => {
    fake = fakeStore();
    serving = await serve(fake.store);
  });
  afterEach(() => serving.stop());

  for (const path of ALL) {
    it(`answers GET and HEAD of ${path} alike, with safe headers`, async () => {
      const got = await serving.ask(path);
      const head = await serving.ask(path, 'HEAD');
      for (const { status, headers } of [got, head]) {
        expect(status).to.equal(200);
        expectSafeHeaders(headers);
      }
      expect(head.text).to.equal('');
      expect(head.headers.get('content-type')).to.equal(got.headers.get('content-type'));
    });

    it(`refuses to have ${path} changed, and says what can be done`, async () => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await serving.ask(path, method);
        expectProblem(answer, 405, /GET/);
        expect(answer.headers.get('allow'), method).to.match(/GET/).and.match(/HEAD/);
      }
    });
  }

  it('says in the shape of a problem that there is nothing elsewhere, whatever the method', async () => {
    for (const path of [
      '/',
      '/api',
      '/api/',
      '/api/ticket',
      '/favicon.ico',
      '/.env',
      '//evil.example',
      '/api/tickets/1',
    ])
      expectProblem(await serving.ask(path), 404);
    for (const method of ['POST', 'DELETE', 'PROPFIND', 'MKCOL'])
      expect((await serving.ask('/nothing', method)).status, method)
        .to.be.within(400, 501)
        .and.not.equal(500);
    expect(serving.logged.join()).not.to.include('"status":500');
  });

  it('answers a method that nobody knows with a problem, and not as a fault of its own', async () => {
    for (const path of ['/api/tickets', '/healthz', '/nothing']) {
      const answer = await serving.ask(path, 'PROPFIND');
      expectProblem(answer, answer.status);
      expect(answer.status, path).to.be.oneOf([404, 405, 501]);
    }
  });

  it('counts what there is', async () => {
    const rules = { ...counts.rules, refused: null };
    expect((await serving.ask('/api/status')).json()).to.deep.equal({ ...counts, ...coverage, rules });
    const { text, headers } = await serving.ask('/metrics');
    expect(headers.get('content-type')).to.match(/^text\/plain;.*version=/);
    for (const state of ['pending', 'processed', 'ignored', 'dead'] as const)
      expect(text).to.match(new RegExp(`^c4gt_deliveries\\{state="${state}"\\} ${counts[state]}$`, 'm'));
    for (const [name, of] of [
      ['subjects', counts.subjects],
      ['effects', counts.effects],
    ] as const)
      for (const [state, count] of Object.entries(of))
        expect(text).to.match(new RegExp(`^c4gt_${name}\\{state="${state}"\\} ${count}$`, 'm'));
    const age = Number(/^c4gt_oldest_pending_delivery_age_seconds (\S+)$/m.exec(text)?.[1]);
    expect(age).to.be.within(90, 150);
    for (const line of ['c4gt_rules 3', 'c4gt_rules_refused 0', 'c4gt_database_up 1', 'process_cpu_seconds_total '])
      expect(text).to.match(new RegExp(`^${line}`, 'm'));
  });

  it('is alive, but not ready, while it starts or stops', async () => {
    serving.ready = false;
    expectProblem(await serving.ask('/readyz'), 503, /[Ss]topping/);
    expect((await serving.ask('/healthz')).json()).to.deep.equal({ status: 'alive' });
    serving.ready = true;
    expect((await serving.ask('/readyz')).json()).to.deep.equal({ status: 'ready' });
  });

  it('is alive, but not ready, while the database is away, and tells nobody where that is', async () => {
    fake.failure = new StoreUnavailable('connect ECONNREFUSED canary:5432');
    expect((await serving.ask('/healthz')).status).to.equal(200);
    for (const path of [...API, '/readyz']) {
      const answer = await serving.ask(path);
      expectProblem(answer, 503, /database/);
      expect(answer.text).not.to.include('canary');
    }
    for (const path of API) expect((await serving.ask(path)).headers.get('retry-after'), path).to.equal('5');
    expect(serving.logged.join()).to.include('canary');
    const { status, text } = await serving.ask('/metrics');
    expect(status).to.equal(200);
    expect(text)
      .to.include('\nc4gt_database_up 0\n')
      .and.match(/^process_cpu_seconds_total /m);
    expect(text).not.to.match(/^c4gt_deliveries\{/m);
    fake.failure = null;
    for (const path of ALL) expect((await serving.ask(path)).status).to.equal(200);
  });

  it('hides what nobody foresaw from the client, and logs it', async () => {
    fake.failure = new Error('canary in column secret');
    for (const path of API) {
      const answer = await serving.ask(path);
      expectProblem(answer, 500, /operators/);
      expect(answer.text).not.to.include('canary');
    }
    expect(serving.logged).to.have.length(API.length);
    expect(serving.logged[0]).to.include('canary').and.include('"status":500');
  });
});
