// What a delivery takes of the disk, by table: traffic of a busy programme is stored as the listener does it, worked off
// by the shipped rules, and the tables measured; then its bodies are pruned, and they are measured again.
// `node test/bench/storage.ts [deliveries] [--format json]`
import { actions } from '../../src/actions/registry.ts';
import { createStore } from '../../src/store/database-store.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { startWorker } from '../../src/worker/worker.ts';
import { startPostgres } from '../support/postgres.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { prepare, storeBacklog } from './backlog.ts';

const TABLES = [
  'batches',
  'deliveries',
  'decisions',
  'subjects',
  'effects',
  'ledger',
  'ledger_chain',
  'outbox',
  'listings',
];

const deliveries = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 20_000);
const asJson = process.argv.includes('json');

const postgres = await startPostgres({ settings: { autovacuum: 'off' } });
const url = await postgres.createDatabase('storage');
await prepare(url);
const { composition, size } = await storeBacklog(url, 'programme', deliveries);

const rules = await shippedRules();
const transport = openPostgres(url, { statementTimeout: 600_000 });
const store = createStore(transport);
const log = { info: () => undefined, warn: console.error, error: console.error };
const worker = startWorker({ store, actions, rules: () => rules, github: null, log, concurrency: 64, visibility: 60 });
for (let left = 1; left > 0; ) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  worker.wake();
  const { pending, subjects } = await store.counts();
  left = pending + subjects.pending;
}
await worker.stop();

interface Measured {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
}

async function measure(): Promise<Measured[]> {
  return await transport.connected(async ({ execute }) => {
    await execute('vacuum analyze');
    const measured: Measured[] = [];
    for (const name of TABLES) {
      const [row] = await execute(
        `select count(*) as rows, pg_total_relation_size('c4gt.${name}') as bytes from c4gt.${name}`,
      );
      measured.push({ name, rows: Number(row?.['rows']), bytes: Number(row?.['bytes']) });
    }
    return measured;
  });
}

const before = await measure();
await transport.connected(({ execute }) =>
  execute(`update c4gt.batches set received_at = received_at - interval '91 days'`),
);
for (let more = true; more; ) more = (await store.prune({ days: 90, batches: 100 }))?.more ?? false;
const after = await measure();
await store.close();
await postgres.stop();

for (const [index, { name, rows, bytes }] of before.entries()) {
  const value = Math.round(bytes / deliveries);
  if (asJson) console.log(JSON.stringify({ name: `bytes of ${name} for a delivery`, value, unit: 'B', rows }));
  else console.log(`${name.padEnd(14)} ${value} B for a delivery, ${rows} rows; pruned: ${after[index]?.rows} rows`);
}
if (!asJson) console.log(`${deliveries} deliveries of ${size} bytes on average: ${composition}`);
