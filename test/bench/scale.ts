// What more workers bring, and what limits them: one backlog drained by 1, 2 and 4 worker processes on one database.
//
//   node test/bench/scale.ts [--workers 1,2,4] [--deliveries 8000] [--rounds 3] [--mix programme|awards] [--format json]
//
// They take turns; medians. While they work, what each connection to Postgres waits for is sampled four times a second:
// `running` is at work on a processor or waiting for one, `flush` waits for the disk to have what was committed, `locks`
// for another transaction, `pages` for pages or for Postgres's own locks on them. Processors are told as how many of the
// machine's were busy with it, on average.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { copy, storeBacklog } from './backlog.ts';
import { createPrepared, endedBySignals, median, rounded, settingsOf, startServer } from './drain-bench.ts';
import { type Drained, drain } from './drain-round.ts';

const { values: options } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,4' },
    deliveries: { type: 'string', default: '8000' },
    rounds: { type: 'string', default: '3' },
    mix: { type: 'string', default: 'programme' },
    format: { type: 'string', default: 'table' },
  },
});
const deliveries = Number(options.deliveries);
const isTable = options.format !== 'json';

const kinds = ['running', 'flush', 'locks', 'pages', 'idle in transaction'] as const;
type Kind = (typeof kinds)[number];

/** What connections were seen at, in how many looks. */
interface Seen {
  looks: number;
  readonly counts: Record<Kind, number>;
}

interface Measured {
  readonly workers: number;
  readonly drained: Drained[];
  readonly seen: Seen;
}

await using children = new AsyncDisposableStack();
endedBySignals(children);
const postgres = await startServer(children);
const template = await createPrepared(postgres, 'backlog');
const backlog = await storeBacklog(template, options.mix === 'awards' ? 'awards' : 'programme', deliveries);
if (isTable) {
  console.log(`${deliveries} deliveries, ${backlog.size} bytes each on average: ${backlog.composition}`);
  console.log(`${await settingsOf(template)}; ${availableParallelism()} processors for all of it`);
}

const all: readonly Measured[] = options.workers.split(',').map((workers) => ({
  ...{ workers: Number(workers), drained: [] },
  seen: { looks: 0, counts: { running: 0, flush: 0, locks: 0, pages: 0, 'idle in transaction': 0 } },
}));
for (let round = 0; round < Number(options.rounds); round += 1) {
  for (const { workers, drained, seen } of all) {
    const url = await copy(postgres, 'backlog');
    const onLook = (client: pg.Client) => look(client, seen);
    drained.push(await drain({ url, backlog, workers, environment: { DATABASE_URL: url }, onLook }));
  }
}

const rate = ({ drained }: Measured): number => deliveries / median(drained.map(({ seconds }) => seconds));
const processors = ({ drained }: Measured, of: 'node' | 'postgres'): number =>
  rounded(median(drained.map((one) => one.processorTime[of] / one.secondsWithFollowing / 1_000)));
const [first] = all;
if (first === undefined) throw new Error('there is nothing to measure');
const rows = all.map((measured) => ({
  workers: measured.workers,
  'deliveries/s': Math.round(rate(measured)),
  [`to ${first.workers}`]: rounded(rate(measured) / rate(first)),
  'processors: Node': processors(measured, 'node'),
  'processors: Postgres': processors(measured, 'postgres'),
  ...Object.fromEntries(kinds.map((kind) => [kind, rounded(measured.seen.counts[kind] / measured.seen.looks)])),
}));
if (isTable) {
  console.table(rows);
  const complaints = all.flatMap(({ workers, drained }) =>
    drained.flatMap((one) => one.complaints.map((complaint) => `${workers} workers: ${complaint}`)),
  );
  if (complaints.length > 0)
    console.log(`the workers complained ${complaints.length} times:\n${complaints.slice(0, 5).join('\n')}`);
} else
  for (const row of rows)
    console.log(
      JSON.stringify({
        name: `drain, ${row.workers} workers`,
        value: row['deliveries/s'],
        unit: 'deliveries/s',
        ...row,
      }),
    );

async function look(client: pg.Client, seen: Seen): Promise<void> {
  const { rows } = await client.query<{ kind: Kind; count: number }>(
    `select
       case
         when state = 'idle in transaction' then state
         when wait_event_type is null then 'running'
         when wait_event ilike '%walsync%' or wait_event ilike 'walwrite%' then 'flush'
         when wait_event_type = 'Lock' then 'locks'
         when wait_event_type = 'Client' then 'idle in transaction'
         else 'pages'
       end as kind,
       count(*)::integer as count
     from pg_stat_activity
     where datname = current_database() and application_name = 'c4gt' and state <> 'idle'
     group by 1`,
  );
  seen.looks += 1;
  for (const { kind, count } of rows) seen.counts[kind] += count;
}
