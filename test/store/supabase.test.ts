// The transport to Supabase: what it sends, what it makes of every answer, and that it tells nobody its key.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { createGroupCommit } from '../../src/listener/group-commit.ts';
import { createStore } from '../../src/store/database-store.ts';
import { MigrationsMissing } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { openSupabase, RequestTooLarge, type SupabaseOptions } from '../../src/store/supabase.ts';
import { SupabaseError } from '../../src/store/supabase-errors.ts';
import type { Transport } from '../../src/store/transport.ts';
import { openTestSupabase } from '../support/database.ts';
import { sharedPostgres } from '../support/postgres.ts';
import { type SupabaseServer, startSupabase } from '../support/supabase.ts';
import { aDelivery } from './samples.ts';

const secretKey = 'sb_secret_never-to-be-told';

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Heard {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const json = { 'content-type': 'application/json; charset=utf-8' };
const html = { 'content-type': 'text/html' };

/** What PostgREST answers with an error. */
function refusal(status: number, code: string, message = 'told so'): Answer {
  return { status, headers: json, body: JSON.stringify({ code, message, details: null, hint: null }) };
}

describe('the transport to Supabase', () => {
  let server: Server;
  let url: string;
  let heard: Heard[];
  let answer: (response: ServerResponse) => void;

  before(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      heard.push({ url: String(request.url), headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    heard = [];
    answers({ status: 200, headers: json, body: 'null' });
  });

  function answers({ status, headers, body }: Answer): void {
    answer = (response) => response.writeHead(status, headers).end(body);
  }
  const open = (options: Partial<SupabaseOptions> = {}) => openSupabase({ url, secretKey, ...options });
  const failure = async (transport: Transport = open()): Promise<Error> => {
    const error = await transport.call('ping', {}).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Error)) throw new Error('The call did not fail');
    expect(inspect(error, { depth: 9 })).not.to.include(secretKey);
    return error;
  };

  it('calls a function by name, with its arguments as JSON and bytes as hexadecimal', async () => {
    await open().call('do_it', { a: [1, { b: 'x' }], n: null, bytes: new Uint8Array([0, 255]).subarray(0, 2) });
    expect(heard).to.have.length(1);
    expect(heard[0]?.url).to.equal('/rest/v1/rpc/do_it');
    expect(heard[0]?.headers).to.include({ apikey: secretKey, authorization: `Bearer ${secretKey}` });
    expect(JSON.parse(String(heard[0]?.body))).to.deep.equal({ a: [1, { b: 'x' }], n: null, bytes: '\\x00ff' });
  });

  const returned: readonly [what: string, answer: Answer, value: unknown][] = [
    ['a number', { status: 200, headers: json, body: '7' }, 7],
    ['null', { status: 200, headers: json, body: 'null' }, null],
    ['rows', { status: 200, headers: json, body: '[{"a":1}]' }, [{ a: 1 }]],
    ['nothing', { status: 204 }, null],
    [
      'JSON of an own kind',
      { status: 200, headers: { 'content-type': 'application/vnd.pgrst.array+json' }, body: '[]' },
      [],
    ],
  ];
  for (const [what, given, value] of returned) {
    it(`gives ${what} as it is`, async () => {
      answers(given);
      expect(await open().call('anything', {})).to.deep.equal(value);
    });
  }

  const passing: readonly Answer[] = [
    ...[500, 502, 503, 504, 520, 522, 540, 429, 408].map((status) => ({
      status,
      headers: html,
      body: '<h1>Busy</h1>',
    })),
    refusal(503, 'PGRST000'),
    refusal(503, 'PGRST001'),
    refusal(503, 'PGRST002', 'Could not query the database for the schema cache. Retrying.'),
    refusal(504, 'PGRST003', 'Timed out acquiring connection from connection pool.'),
    refusal(500, '57014', 'canceling statement due to statement timeout'),
    refusal(500, '40P01', 'deadlock detected'),
    refusal(503, '53300', 'too many connections'),
    refusal(405, '25006', 'cannot execute INSERT in a read-only transaction'),
  ];
  for (const given of passing) {
    it(`takes ${given.status} ${String(given.body).slice(0, 40)} for a fault that passes, and leaves trying again to others`, async () => {
      answers(given);
      expect(await failure()).to.be.instanceOf(StoreUnavailable);
      expect(heard).to.have.length(1);
    });
  }

  const final: readonly [answer: Answer, message: RegExp][] = [
    [
      { status: 401, headers: json, body: '{"message":"Invalid API key"}' },
      /^SUPABASE_SECRET_KEY is not accepted: Invalid API key \(HTTP 401\)$/,
    ],
    [refusal(401, 'PGRST301', 'No suitable key'), /^SUPABASE_SECRET_KEY is not accepted: No suitable key/],
    [refusal(401, '42501', 'permission denied for function ping'), /^SUPABASE_SECRET_KEY is not accepted: permission/],
    [{ status: 403, headers: html, body: 'Forbidden' }, /^SUPABASE_SECRET_KEY is not accepted: Forbidden/],
    [
      refusal(404, 'PGRST202', 'Could not find the function public.ping'),
      /migrations are missing.*`supabase db push`/i,
    ],
    [
      refusal(400, 'P0001', 'The sizes do not add up'),
      /^Supabase refuses: The sizes do not add up \(HTTP 400, P0001\)$/,
    ],
    [refusal(409, '23505', 'An award stands already'), /An award stands already \(HTTP 409, 23505\)$/],
    [refusal(500, 'XX000', 'cache lookup failed'), /cache lookup failed \(HTTP 500, XX000\)$/],
    [{ status: 413, headers: html, body: '<html>\n<b>413</b>\n</html>' }, /larger than Supabase takes: <html> <b>413/],
    [
      { status: 404, headers: html, body: '' },
      /^SUPABASE_URL does not answer as a Supabase project: no reason given \(HTTP 404\)$/,
    ],
    [{ status: 200, headers: html, body: '<h1>Welcome</h1>' }, /^SUPABASE_URL does not answer as a Supabase project/],
    [
      { status: 301, headers: { location: '/elsewhere' }, body: 'moved' },
      /^SUPABASE_URL does not answer as a Supabase/,
    ],
    [{ status: 401, headers: html, body: `${secretKey} is wrong` }, /^SUPABASE_SECRET_KEY is not accepted: … is wrong/],
  ];
  for (const [given, message] of final) {
    it(`says of ${given.status} ${String(given.body).slice(0, 40)} what to do`, async () => {
      answers(given);
      const error = await failure();
      expect(error).to.be.instanceOf(SupabaseError);
      expect(error.message).to.match(message);
      expect(heard).to.have.length(1);
    });
  }

  it('gives up on a project that never answers, and on one that answers half', async () => {
    answer = () => undefined;
    expect(await failure(open({ timeout: 50 })))
      .to.be.instanceOf(StoreUnavailable)
      .with.property('message')
      .that.matches(/no answer in time/);
    answer = (response) => response.writeHead(200, { ...json, 'content-length': '10' }).write('[1');
    expect(await failure(open({ timeout: 50 }))).to.be.instanceOf(StoreUnavailable);
    answer = (response) => {
      response.writeHead(200, { ...json, 'content-length': '10' });
      response.write('[1', () => response.destroy());
    };
    expect(await failure()).to.be.instanceOf(StoreUnavailable);
  });

  it('takes a project that cannot be reached for a fault that passes', async () => {
    const error = await failure(open({ url: 'http://127.0.0.1:1' }));
    expect(error).to.be.instanceOf(StoreUnavailable);
    expect(error.message).to.match(/Supabase cannot be reached: fetch failed: /);
  });

  it('refuses a key that no header takes without telling it', () => {
    for (const wrong of ['', 'two words', 'broken\nkey', 'ключ'])
      expect(() => open({ secretKey: wrong })).to.throw(
        SupabaseError,
        /^SUPABASE_SECRET_KEY is not a key: it has characters that none has$/,
      );
  });

  it('does not send what is larger than it may be', async () => {
    const transport = open({ maxRequest: 1_000 });
    await transport.call('fits', { bytes: new Uint8Array(400) });
    const error = await transport.call('does_not', { bytes: new Uint8Array(600) }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RequestTooLarge);
    expect(heard.map(({ url: path }) => path)).to.deep.equal(['/rest/v1/rpc/fits']);
  });
});

describe('a store on Supabase', () => {
  let database: Awaited<ReturnType<typeof openTestSupabase>>;
  let server: SupabaseServer;
  before(async () => {
    database = await openTestSupabase();
    server = database.supabase;
  });
  after(() => database.close());

  it('stores the largest body there is, though it cannot be compressed', async () => {
    // On a machine with more to do than processors, 100 MB of text through two processes take their time.
    const store = createStore(openSupabase({ ...server, timeout: 25_000 }));
    const delivery = aDelivery({ body: randomBytes(25 * 1024 * 1024) });
    await store.receive([delivery]);
    const kept = await store.delivery(delivery.guid);
    expect(Buffer.compare(delivery.body, kept?.body ?? Buffer.alloc(0))).to.equal(0);
  });

  it('stores in parts what is too large for one request', async () => {
    const store = createStore(openSupabase({ ...server, maxRequest: 60_000 }));
    const bounds = { commits: 1, batchDeliveries: 100, batchBytes: 1e9, heldBytes: 1e9 };
    const commit = createGroupCommit(store.receive, bounds);
    const deliveries = [10_000, 10_000, 10_000, 10_000, 40_000].map((size) => aDelivery({ body: randomBytes(size) }));
    const outcomes = await Promise.allSettled(deliveries.map(commit));
    expect(outcomes.map(({ status }) => status)).to.deep.equal([...Array(4).fill('fulfilled'), 'rejected']);
    expect(Object(outcomes[4]).reason).to.be.instanceOf(RequestTooLarge);
    const kept = await Promise.all(deliveries.map(({ guid }) => store.delivery(guid)));
    expect(kept.map((one) => one?.body?.length)).to.deep.equal([10_000, 10_000, 10_000, 10_000, undefined]);
  });

  it('is asked for rows where there are few, for more than `max_rows` would be cut off', async () => {
    const rows = await database.query(
      `select proname as name from pg_proc where pronamespace = 'public'::regnamespace and proretset order by proname`,
    );
    // As many as a worker claims, and their bodies; a page of stored deliveries, and one.
    const few = ['claim_work', 'read_bodies', 'read_stored_deliveries', 'show_delivery'];
    expect(rows.map(({ name }) => name)).to.deep.equal(few);
  });

  describe('when it is opened', () => {
    const opening = (supabase: { url: string; secretKey: string }) =>
      openStore({ databaseUrl: null, dataDir: '/nowhere', supabase }).then(
        (store) => store,
        (error: unknown) => error,
      );

    it('is ready where everything is migrated, also by a newer program or by others', async () => {
      await database.query(`insert into supabase_migrations.schema_migrations (version) values ('20991231000000')`);
      expect(await opening(server)).to.have.property('receive');
    });

    it('says which migrations are missing, and how to apply them', async () => {
      const last = `(select max(version) from supabase_migrations.schema_migrations where version < '2099')`;
      await database.query(`delete from supabase_migrations.schema_migrations where version = ${last}`);
      const error = await opening(server);
      expect(error).to.be.instanceOf(MigrationsMissing);
      expect(String(error)).to.match(
        /older than this program: migrations are missing, from \d{14}_\w+ on\..*`supabase db push`/,
      );
    });

    it('says so where nothing was migrated at all', async () => {
      const empty = await startSupabase(await (await sharedPostgres()).createDatabase(`empty_${randomUUID()}`));
      try {
        expect(String(await opening(empty))).to.match(/Migrations are missing.*`supabase db push`/);
      } finally {
        await empty.stop();
      }
    });

    it('says that the key is not accepted, be it unknown or the publishable one', async () => {
      for (const wrong of ['sb_secret_unknown', server.publishableKey])
        expect(String(await opening({ ...server, secretKey: wrong }))).to.match(/SUPABASE_SECRET_KEY is not accepted/);
    });
  });
});
