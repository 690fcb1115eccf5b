// How much memory one `serve` process, listener and worker together, has over 200,000 deliveries, and whether it grows.
//
//   node test/bench/memory.ts [--deliveries 200000] [--connections 8] [--waiting 1000] [--format json]
//
// Deliveries of the programme's mix (traffic.ts) are sent over HTTP, signed, as fast as they are worked off: sending rests
// while `--waiting` of them wait. Resident memory is read every half second. Wanted: a peak under 250 MB, and the last half
// flat, told as megabytes by which it grows over 100,000 deliveries (least squares).
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import type { IncomingDelivery } from '../../src/store/store.ts';
import { path, secret } from './delivery.ts';
import { createPrepared, endedBySignals, median, rounded, settingsOf, startServer } from './drain-bench.ts';
import { peakMemory, residentMemory } from './processor-time.ts';
import { traffic } from './traffic.ts';
import { startC4gt } from './worker-processes.ts';

const { values: options } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '200000' },
    connections: { type: 'string', default: '8' },
    waiting: { type: 'string', default: '1000' },
    format: { type: 'string', default: 'table' },
  },
});
const [deliveries, connections, most] = [options.deliveries, options.connections, options.waiting].map(Number) as [
  number,
  number,
  number,
];
const isTable = options.format !== 'json';
const MB = 1024 * 1024;

await using children = new AsyncDisposableStack();
endedBySignals(children);
const postgres = await startServer(children);
const url = await createPrepared(postgres, 'memory');
const environment = { DATABASE_URL: url, GITHUB_WEBHOOK_SECRET: secret };
const server = children.use(await startC4gt(environment, { command: ['serve'] }));
const client = new pg.Client({ connectionString: url });
await client.connect();
children.defer(() => client.end());
if (isTable) console.log(await settingsOf(url));

const agent = new Agent({ keepAlive: true, maxSockets: connections });
const { next } = traffic('programme');
let sent = 0;
let mayGo = true;
const samples: { readonly at: number; readonly memory: number }[] = [];

const began = performance.now();
const watching = watch();
await Promise.all(Array.from({ length: connections }, sendOn));
await watching;
const seconds = (performance.now() - began) / 1_000;

const { rows } = await client.query<{ state: string; count: number }>(
  'select state, count(*)::integer as count from c4gt.deliveries group by state',
);
const done = rows.filter(({ state }) => state === 'processed' || state === 'ignored');
if (done.reduce((sum, { count }) => sum + count, 0) !== deliveries)
  throw new Error(`of ${deliveries} deliveries: ${JSON.stringify(rows)}`);

const figures = [
  { name: 'memory: peak (VmHWM)', value: Math.round(peakMemory(server.pid) / MB), unit: 'MB' },
  { name: 'memory: median of the last tenth', value: Math.round(median(between(0.9, 1)) / MB), unit: 'MB' },
  { name: 'memory: median of the sixth tenth', value: Math.round(median(between(0.5, 0.6)) / MB), unit: 'MB' },
  { name: 'memory: growth in the last half', value: rounded(growth()), unit: 'MB/100,000 deliveries' },
  { name: 'received, decided and committed', value: Math.round(deliveries / seconds), unit: 'deliveries/s' },
];
await server.stop();
if (isTable) console.table(figures);
else for (const figure of figures) console.log(JSON.stringify(figure));

async function sendOn(): Promise<void> {
  while (sent < deliveries) {
    if (!mayGo) {
      await sleep(50);
      continue;
    }
    sent += 1;
    await send(next());
  }
}

async function send({ guid, event, body }: IncomingDelivery): Promise<void> {
  const outgoing = request(new URL(path, server.url ?? undefined), {
    ...{ method: 'POST', agent },
    headers: {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  });
  outgoing.end(body);
  const [answer] = await once(outgoing, 'response');
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 202) throw new Error(`answered with ${answer.statusCode}`);
}

/** Samples, and says whether more may be sent, until all is sent and worked off. */
async function watch(): Promise<void> {
  const unpacked = `(select coalesce(sum(count), 0) from c4gt.batches where not unpacked)`;
  for (;;) {
    const { rows: counted } = await client.query<{ waiting: number }>(
      `select ((select count(*) from pgmq.q_inbox) + ${unpacked})::integer as waiting`,
    );
    const waiting = counted[0]?.waiting ?? 0;
    samples.push({ at: sent, memory: residentMemory(server.pid) });
    if (isTable && samples.length % 60 === 0)
      console.log(`${sent} sent, ${waiting} wait, ${Math.round(residentMemory(server.pid) / MB)} MB`);
    if (sent >= deliveries && waiting === 0) return;
    mayGo = waiting < most;
    await sleep(500);
  }
}

/** Samples of when such a share of the deliveries was sent. */
function between(from: number, to: number): number[] {
  return samples.filter(({ at }) => at >= from * deliveries && at <= to * deliveries).map(({ memory }) => memory);
}

function growth(): number {
  const half = samples.filter(({ at }) => at >= deliveries / 2);
  const mean = (of: (sample: (typeof half)[number]) => number) =>
    half.reduce((sum, sample) => sum + of(sample), 0) / half.length;
  const [at, memory] = [mean((sample) => sample.at), mean((sample) => sample.memory)];
  const together = half.reduce((sum, sample) => sum + (sample.at - at) * (sample.memory - memory), 0);
  const spread = half.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0);
  return ((together / spread) * 100_000) / MB;
}
