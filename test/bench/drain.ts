// How many deliveries a second real workers decide and commit, from a backlog, on a Postgres that flushes every commit.
//
//   node test/bench/drain.ts [--deliveries 20000] [--workers 2] [--rounds 1] [--mix programme|awards]
//     [--transport postgres|supabase] [--ledger-lines N] [--cpu] [--functions] [--cpu-prof DIR] [--format json]
//
// The backlog is stored once and copied for each round. The mix: see traffic.ts; `--mix awards` is the worst case, a
// labelled ticket and the merged pull request that closes it, in turn. There are no GitHub credentials: nothing is looked
// up, and what is to be seen on GitHub is skipped. `--cpu`: processor time for each delivery; `--functions`: which SQL
// functions took it (counting them costs some itself); `--cpu-prof`: profiles of the workers, into a directory.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { copy, storeBacklog } from './backlog.ts';
import {
  createPrepared,
  endedBySignals,
  median,
  rounded,
  settingsOf,
  startServer,
  type TransportName,
  transports,
  wayTo,
} from './drain-bench.ts';
import { type Drained, drain } from './drain-round.ts';
import { addLedgerLines } from './ledger-lines.ts';
import type { Mix } from './traffic.ts';

const { values: options } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '20000' },
    workers: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '1' },
    mix: { type: 'string', default: 'programme' },
    transport: { type: 'string', default: 'postgres' },
    'ledger-lines': { type: 'string', default: '0' },
    cpu: { type: 'boolean', default: false },
    functions: { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
    format: { type: 'string', default: 'table' },
  },
});
const [deliveries, workers, rounds] = [options.deliveries, options.workers, options.rounds].map(Number) as [
  number,
  number,
  number,
];
const mix: Mix = options.mix === 'awards' ? 'awards' : 'programme';
const transport: TransportName = transports.find((name) => name === options.transport) ?? 'postgres';
const isTable = options.format !== 'json';
const profiles = options['cpu-prof'] === undefined ? null : resolve(options['cpu-prof']);
if (profiles !== null) mkdirSync(profiles, { recursive: true });

await using children = new AsyncDisposableStack();
endedBySignals(children);
const postgres = await startServer(children, options.functions ? { track_functions: 'all' } : {});
const template = await createPrepared(postgres, 'backlog');
const lines = Number(options['ledger-lines']);
if (lines > 0) await addLedgerLines(template, lines);
const backlog = await storeBacklog(template, mix, deliveries);

if (isTable) {
  console.log(`${deliveries} deliveries, ${backlog.size} bytes each on average: ${backlog.composition}`);
  console.log(await settingsOf(template));
  console.log(`${workers} workers over ${transport}, ${lines} ledger lines before, rounds: ${rounds}`);
}

const drained: Drained[] = [];
for (let round = 0; round < rounds; round += 1) {
  const url = await copy(postgres, 'backlog');
  await using way = await wayTo(url, transport);
  const { environment, between } = way;
  const nodeOptions = profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const one = await drain({ url, backlog, workers, environment, nodeOptions, between });
  drained.push(one);
  if (isTable) {
    console.log(
      `${Math.round(deliveries / one.seconds)} deliveries/s (${rounded(one.seconds)} s; with what follows ${rounded(one.secondsWithFollowing)} s); ` +
        `complaints of the workers: ${one.complaints.length}`,
    );
    for (const complaint of one.complaints.slice(0, 3)) console.log(`  ${complaint.slice(0, 300)}`);
  }
  if (options.functions) await tellFunctions(url);
}

const figures: { name: string; value: number; unit: string }[] = [
  {
    name: 'drain',
    value: Math.round(deliveries / median(drained.map(({ seconds }) => seconds))),
    unit: 'deliveries/s',
  },
];
if (options.cpu) {
  const each = (of: (time: Drained['processorTime']) => number): number =>
    rounded(median(drained.map(({ processorTime }) => of(processorTime) / deliveries)));
  figures.push({ name: 'drain: Node', value: each(({ node }) => node), unit: 'ms of processor time/delivery' });
  figures.push({
    name: 'drain: Postgres',
    value: each((time) => time.postgres),
    unit: 'ms of processor time/delivery',
  });
  if (transport === 'supabase')
    figures.push({
      name: 'drain: HTTP API',
      value: each((time) => time.between),
      unit: 'ms of processor time/delivery',
    });
}
if (isTable) console.table(figures);
else for (const figure of figures) console.log(JSON.stringify(figure));

/** The SQL functions that took longest by themselves. */
async function tellFunctions(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string; calls: number; total: number; self: number }>(
    `select schemaname || '.' || funcname as name, sum(calls)::integer as calls, sum(total_time) as total, sum(self_time) as self
     from pg_stat_user_functions group by 1 order by 4 desc limit 25`,
  );
  await client.end();
  console.table(
    rows.map(({ name, calls, total, self }) => ({
      function: name,
      'calls/delivery': rounded(calls / deliveries),
      'total ms/delivery': Number((total / deliveries).toFixed(4)),
      'self ms/delivery': Number((self / deliveries).toFixed(4)),
      'self ms/call': Number((self / calls).toFixed(4)),
    })),
  );
}
