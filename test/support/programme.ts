// A programme over a real database: real workers work stored deliveries off, and the store says what stands.
import { randomUUID } from 'node:crypto';
import { actions } from '../../src/actions/registry.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import type { Standing, Told } from '../../src/rule-tests/memory-programme.ts';
import type { DeliverySummary } from '../../src/store/reading.ts';
import type { IncomingDelivery, Store } from '../../src/store/store.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../src/worker/worker.ts';
import type { TestDatabase } from './database.ts';
import { until } from './until.ts';

export interface LedgerRow {
  readonly subject: string;
  readonly login: string;
  readonly points: number;
  readonly rule: string;
}

export interface Programme extends AsyncDisposable {
  readonly store: Store;
  /** What the workers logged, oldest first. */
  readonly logged: readonly string[];
  /** Stores what is told, as deliveries of their own; returns their GUIDs. */
  receive(...told: readonly Told[]): Promise<string[]>;
  /** Starts a worker that runs until it is stopped, or the programme is over. */
  start(options?: Partial<WorkerOptions>): Worker;
  /** Waits until the inbox is empty, but for what waits there for its time to come. */
  settled(): Promise<void>;
  /** Receives all, and has so many workers (1) work it off. */
  play(history: readonly Told[], workers?: number): Promise<void>;
  /** Puts other rules in force, and has every subject decided by them. */
  exchangeRules(rules: RuleSet): Promise<void>;
  standing(): Promise<Standing>;
  /** Every ledger line, in order. */
  ledger(): Promise<readonly LedgerRow[]>;
  delivery(guid: string): Promise<DeliverySummary>;
}

/** Empties the database, whose tests share it, and puts the rules in force. `all` is for every worker. */
export async function openProgramme(
  database: TestDatabase,
  initial: RuleSet,
  all: Partial<WorkerOptions> = {},
): Promise<Programme> {
  const { store } = database;
  const logged: string[] = [];
  const workers = new Set<Worker>();
  let rules = initial;
  await empty(database);
  await activate(store, rules);

  const note = (_about: unknown, message = '') => void logged.push(message);
  const log: WorkerOptions['log'] = { info: note, warn: note, error: note };

  const programme: Programme = {
    store,
    logged,
    receive: async (...told) => {
      const deliveries = told.map(delivered);
      await store.receive(deliveries);
      for (const worker of workers) worker.wake();
      return deliveries.map(({ guid }) => guid);
    },
    start: (options = {}) => {
      const usual = { store, actions, rules: () => rules, log, concurrency: 4, visibility: 60 };
      const worker = startWorker({ ...usual, ...all, ...options });
      workers.add(worker);
      return worker;
    },
    settled: () =>
      until('the inbox is empty', async () => {
        const [row] = await database.query(
          `select exists (select from pgmq.q_inbox where read_ct > 0 or vt <= clock_timestamp())
             or exists (select from c4gt.batches where not unpacked) as waits`,
        );
        for (const worker of workers) worker.wake();
        return row?.['waits'] === false;
      }),
    play: async (history, count = 1) => {
      await programme.receive(...history);
      const started = Array.from({ length: count }, () => programme.start());
      await programme.settled();
      await Promise.all(started.map((worker) => worker.stop()));
      for (const worker of started) workers.delete(worker);
    },
    exchangeRules: async (next) => {
      rules = next;
      await activate(store, next);
      await programme.play([]);
    },
    standing: async () => {
      const { entries } = await store.leaderboard(1_000, 0);
      const { tickets } = await store.tickets({ limit: 1_000, offset: 0 });
      const rows = tickets as unknown as { repository: string; number: number; status: string; points: number }[];
      return {
        points: Object.fromEntries(
          (entries as unknown as { login: string; points: number }[])
            .map(({ login, points }) => [login, points])
            .sort(),
        ),
        tickets: rows.map((row) => `${row.repository}#${row.number} ${row.status} ${row.points}`).sort(),
      };
    },
    ledger: async () =>
      (await database.query(
        `select l.subject, c.login, l.points, l.rule
         from c4gt.ledger as l join c4gt.contributors as c on c.id = l.contributor order by l.id`,
      )) as unknown as LedgerRow[],
    delivery: async (guid) => {
      const found = await store.delivery(guid);
      if (found === null) throw new Error(`no delivery ${guid}`);
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...workers].map((worker) => worker.stop()));
    },
  };
  return programme;
}

export function delivered({ event, payload }: Told): IncomingDelivery {
  return { guid: randomUUID(), event, body: Buffer.from(JSON.stringify(payload)) };
}

async function activate(store: Store, { version, rules }: RuleSet): Promise<void> {
  await store.activateRules(version, rules.length, {});
}

/** Every table at once, past the trigger that keeps the ledger: only the owner of a test's database may. */
async function empty({ query }: TestDatabase): Promise<void> {
  await query(`
    do $$
    begin
      perform set_config('session_replication_role', 'replica', true);
      execute (
        select 'truncate ' || string_agg(format('c4gt.%I', t.tablename), ', ') || ' restart identity'
        from pg_catalog.pg_tables as t where t.schemaname = 'c4gt'
      );
      perform pgmq.purge_queue('inbox');
    end
    $$`);
}
