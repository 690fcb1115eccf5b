// What is done for every delivery reads a handful of rows, however many there are: with a million deliveries and what
// belongs to them, each call is held to the rows that Postgres says it read, through all the functions it calls.
import { zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import pg from 'pg';
import { createStore } from '../../src/store/database-store.ts';
import { namedCall, returned } from '../../src/store/named-call.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { anOutcome, terms } from './outbox-samples.ts';
import { aCommit, aDelivery, anAward, anEffect } from './samples.ts';

/** Rows that a call may read; it may be one of a few dozen deliveries. */
const FEW = 5_000;

const FRAME = zstdCompressSync('{}'.repeat(50)).toString('hex');

/** Past the triggers, which are not what is filled here: ids follow from `g`, so that what belongs together does. */
const FILL = `
  set session_replication_role = replica;
  insert into c4gt.batches (received_at, count, deliveries, bodies, size, unpacked)
  select now() - g * interval '1 minute', 50, '[]', '\\x${FRAME}', 100, true from generate_series(20000, 1, -1) as g;
  insert into c4gt.deliveries (guid, event, state, batch, start, size, received_at, finished_at)
  select
    lpad(to_hex(g), 32, '0')::uuid,
    case when g % 100000 = 0 then 'rare' else (array['issues', 'pull_request', 'star'])[g % 3 + 1] end,
    case when g % 5000 = 0 then 'dead' when g % 3 = 2 then 'ignored' when g > 999500 then 'pending' else 'processed' end,
    (g - 1) / 50 + 1, (g - 1) % 50 * 2, 2, now() - (1000000 - g) * interval '1 second', now()
  from generate_series(1, 1000000) as g;
  insert into c4gt.installations (id) select g from generate_series(1, 5000) as g;
  insert into c4gt.installed_repositories (id, installation, delivery)
  select g, g % 5000 + 1, g from generate_series(1, 20000) as g;
  insert into c4gt.backfills (installation, page) select g, null from generate_series(1, 5000) as g;
  insert into c4gt.backfilled_repositories (id, installation, listed, about, state)
  select g, g % 5000 + 1, 1, '{}', case when g % 10 = 0 then 'pending' else 'done' end from generate_series(1, 20000) as g;
  insert into c4gt.subjects (key, kind, repository_id, number, repository, private, knowledge)
  select format('%s/%s', g % 20000 + 1, g), 'issue', g % 20000 + 1, g, 'org/repo-' || g % 20000, false, '{}'
  from generate_series(1, 100000) as g;
  insert into c4gt.dependencies (subject, consulted)
  select format('%s/%s', g % 20000 + 1, g), format('%s/%s', (g + 1) % 20000 + 1, g + 1) from generate_series(1, 50000) as g;
  insert into c4gt.decisions (delivery, event, subject, rules_version, trace, lookups)
  select g * 9, 'issues.opened', format('%s/%s', g % 20000 + 1, g), 'v', '[]', case g % 9 when 0 then '{"a": 1}'::jsonb else '{}' end
  from generate_series(1, 100000) as g;
  insert into c4gt.effects (subject, key, rule, action, params, state, decision)
  select format('%s/%s', g % 20000 + 1, g), 'a', 'r', 'comment', '{}', 'standing', g from generate_series(1, 50000) as g;
  insert into c4gt.outbox (subject, key, action, medium, wanted, params, installation, state)
  select
    format('%s/%s', g % 20000 + 1, g), 'a', 'comment', 'github', 'stand', '{}', (g % 20000 + 1) % 5000 + 1,
    case when g % 10 = 0 then 'pending' when g % 9999 = 0 then 'dead' else 'done' end
  from generate_series(1, 50000) as g;
  insert into c4gt.writes (installation, subject, at)
  select g % 5000 + 1, format('%s/%s', g % 20000 + 1, g), now() - interval '10 minutes' from generate_series(1, 20000) as g;
  insert into c4gt.contributors (id, login, points) select g, 'user-' || g, g % 5000 from generate_series(1, 50000) as g;
  insert into c4gt.badges (subject, effect, contributor, badge)
  select format('%s/%s', g % 20000 + 1, g), 'b', g, 'Star' from generate_series(1, 20000) as g;
  insert into c4gt.ledger (subject, effect, contributor, points, rule, rules_version, reason, url, delivery, decision)
  select format('%s/%s', g % 20000 + 1, g), 'e', g % 50000 + 1, 10, 'merged', 'v', 'Merged', 'https://github.com', g * 9, g
  from generate_series(1, 100000) as g;
  insert into c4gt.ledger_chain (position, line, previous, digest)
  select g, g, sha256('one'), sha256('two') from generate_series(1, 100000) as g;
  select pgmq.send_batch('inbox', array_agg(jsonb_build_object('delivery', d.id))) from c4gt.deliveries as d where d.state = 'pending';
  select pgmq.send_batch('inbox', array_agg(jsonb_build_object('delivery', g)), 86400) from generate_series(1, 20000) as g;
  set session_replication_role = origin;
  select c4gt.settle_deliveries(1000000)`;

const guidOf = (number: number) =>
  number
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const subjectAt = (number: number) => ({
  repositoryId: (number % 20_000) + 1,
  number,
  repository: `org/repo-${number % 20_000}`,
});
const keyAt = (number: number) => `${(number % 20_000) + 1}/${number}`;

describe('with a million deliveries', function () {
  this.timeout(180_000);
  let database: TestDatabase;
  let client: pg.Client;
  let store: Store;

  before(async () => {
    database = await openTestPostgres();
    client = new pg.Client({ connectionString: String(database.url) });
    await client.connect();
    await client.query(FILL);
    await client.query('vacuum analyze');
    await client.query('set stats_fetch_consistency = none');
    store = createStore({
      async call(name, args) {
        const { text, values } = namedCall(name, args);
        return returned(name, await client.query(text, values));
      },
      close: () => client.end(),
    });
  });
  after(async () => {
    await client?.end();
    await database?.close();
  });

  /** Rows of tables that were read until now, whether all of a table or by an index. */
  async function read(): Promise<Map<string, number>> {
    await client.query('select pg_stat_force_next_flush()');
    const { rows } = await client.query<{ name: string; count: string }>(
      `select relname as name, seq_tup_read + coalesce(idx_tup_fetch, 0) as count from pg_stat_user_tables`,
    );
    return new Map(rows.map(({ name, count }) => [name, Number(count)]));
  }

  async function readBy(call: () => Promise<unknown>): Promise<{ most: number; table: string }> {
    const before = await read();
    await call();
    const after = await read();
    return [...after]
      .map(([table, count]) => ({ table, most: count - (before.get(table) ?? 0) }))
      .reduce((one, other) => (other.most > one.most ? other : one));
  }

  const repositories = Array.from({ length: 100 }, (_, at) => ({ id: at * 199 + 1, private: at % 2 === 0 }));
  const calls: readonly [what: string, call: () => Promise<unknown>][] = [
    ['receiving', () => store.receive(Array.from({ length: 50 }, () => aDelivery()))],
    ['claiming, and unpacking what was received', () => store.claim(50, 60)],
    [
      'beginning, putting off and ending work',
      async () => {
        const [one, two, three] = await store.claim(3, 60);
        if (one === undefined || two === undefined || three === undefined) throw new Error('nothing to claim');
        await store.begin(one);
        await store.postpone(one, 60, 'later');
        await store.finish(two, 'ignored', null);
        await store.bury(three, 'no good');
      },
    ],
    [
      'loading subjects by key and address',
      () => store.subjects([keyAt(5), keyAt(77_777), 'org/repo-9#20009', '5/0', 'org/x#1']),
    ],
    [
      'committing a decision',
      () =>
        store.commit(
          aCommit({
            ...subjectAt(90_001),
            version: 1,
            consulted: [{ key: keyAt(90_002), version: 1 }],
            trace: [{ rule: 'r' }],
            effects: [anEffect('award')],
            awards: [anAward('award', 77, 10)],
          }),
        ),
    ],
    [
      'taking points back',
      () =>
        store.commit(aCommit({ ...subjectAt(90_003), version: 1, reversals: [{ effect: 'e', reason: 'Unlabelled' }] })),
    ],
    ['listing deliveries', () => store.deliveries({ limit: 50 })],
    ['paging through deliveries', () => store.deliveries({ limit: 50, before: 500_000 })],
    ...(['pending', 'processed', 'ignored', 'dead'] as const).map((state): [string, () => Promise<unknown>] => [
      `listing what is ${state}`,
      () => store.deliveries({ state, limit: 50 }),
    ]),
    ['listing a common event', () => store.deliveries({ event: 'issues', limit: 50 })],
    ['listing a rare event', () => store.deliveries({ event: 'rare', limit: 50 })],
    ['listing an event there is none of', () => store.deliveries({ event: 'none', state: 'dead', limit: 50 })],
    ['showing a delivery', () => store.delivery(guidOf(123_456))],
    ['retrying one delivery', () => store.retry(guidOf(5_000))],
    ['counting', () => store.counts()],
    ['counting again', () => store.counts()],
    [
      'looking for deliveries that lack',
      () => store.lacking(Array.from({ length: 100 }, (_, index) => guidOf(index * 9_999))),
    ],
    ['pruning', () => store.prune({ days: 1, batches: 100 })],
    ['pruning where nothing is old enough', () => store.prune({ days: 90, batches: 100 })],
    [
      'performing an effect',
      async () => {
        const { effect } = await store.claimEffect(terms);
        if (effect === null) throw new Error('no effect to claim');
        await store.beginWrite(effect, null);
        await store.settleEffect(effect, anOutcome({ wrote: true }));
      },
    ],
    ['claiming one effect more', () => store.claimEffect(terms)],
    ['claiming a step of a backfill', () => store.claimBackfill({ visibility: 60, perHour: 2_000, inbox: 100_000 })],
    ['looking for repositories that are taken for public', () => store.misjudged(repositories)],
    ['listing effects', () => store.effects({ limit: 50 })],
    ['listing dead effects', () => store.effects({ state: 'dead', limit: 50 })],
    ['listing the effects of a subject', () => store.effects({ subject: 'org/repo-9#9', limit: 50 })],
    ['why', () => store.why('org/repo-9', 20_009)],
    ['what became of effects', () => store.effectsOn('org/repo-9', 20_009)],
    ['the leaderboard', () => store.leaderboard(50, 0)],
    ['a contributor', () => store.contributor('user-77')],
    ['the head of the ledger', () => store.ledgerHead()],
    ['a page of the ledger', () => store.ledgerLines(50_000, 500)],
    ['a page of totals', () => store.ledgerTotals(20_000, 100)],
    ['a page of deliveries to replay', () => store.storedDeliveries(500_000, 50)],
    ['a page of what stands', () => store.standings(5, 0, 100)],
    ['a page of what was pruned', () => store.prunedSubjects(5, 0, 100)],
  ];
  for (const [what, call] of calls) {
    it(`${what} reads few rows`, async () => {
      const { most, table } = await readBy(call);
      expect(most, `rows of ${table}`).to.be.at.most(FEW);
    });
  }

  /** Rows that a call reads when there is no such index, which is there again afterwards. */
  async function readWithout(index: string, call: () => Promise<unknown>): Promise<number> {
    const { most } = await readBy(async () => {
      await client.query(`begin; drop index ${index}`);
      await call();
      await client.query('rollback');
    });
    return most;
  }

  const needed: readonly [index: string, call: () => Promise<unknown>][] = [
    ['c4gt.deliveries_state', () => store.deliveries({ state: 'dead', limit: 50 })],
    ['c4gt.deliveries_event', () => store.deliveries({ event: 'rare', limit: 50 })],
    ['c4gt.decisions_subject', () => store.why('org/repo-9', 20_009)],
    ['c4gt.subjects_name', () => store.why('org/repo-9', 20_009)],
    ['c4gt.subjects_repository', () => store.misjudged(repositories)],
    ['c4gt.ledger_contributor', () => store.contributor('user-77')],
    ['c4gt.contributors_login', () => store.contributor('user-77')],
    ['c4gt.effects_parked', () => store.counts()],
    ['c4gt.outbox_open', () => store.counts()],
    ['c4gt.batches_received_at', () => store.prune({ days: 90, batches: 100 })],
  ];
  for (const [index, call] of needed) {
    it(`and many without ${index}`, async () => {
      expect(await readWithout(index, call)).to.be.above(FEW);
    });
  }
});
