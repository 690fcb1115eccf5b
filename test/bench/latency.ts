// How long an acknowledgement takes, at half of the rate at which we can acknowledge at most, beside bare node:http.
//
//   node test/bench/latency.ts [--format json] [--rounds 5] [--seconds 6] [--connections 32]
//
// Deliveries come at their times, whatever becomes of those before them, and one that has to wait has waited. The servers
// take turns, at the same rate; medians of the rounds are given.
import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres.ts';
import { secret } from './delivery.ts';
import { load, type PacedRound, pacedLoad, startServer } from './processes.ts';

const { values: options } = parseArgs({
  options: {
    format: { type: 'string', default: 'table' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    connections: { type: 'string', default: '32' },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const connections = Number(options.connections);

await using children = new AsyncDisposableStack();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void children.disposeAsync().then(() => process.exit(130)));
}

const postgres = await startPostgres({ fsync: true });
children.defer(() => postgres.stop());
const environment = { DATABASE_URL: await postgres.createDatabase(), GITHUB_WEBHOOK_SECRET: secret };
const ours = children.use(await startServer('../../src/cli.ts', ['serve', '--no-worker'], environment));
const floor = children.use(await startServer('floor-server.ts'));

await load(ours.port, connections, 2); // warm, not counted
const most: number[] = [];
for (let round = 0; round < 3; round += 1) {
  const { acknowledged, seconds: took } = await load(ours.port, connections, 3);
  most.push(acknowledged / took);
}
const rate = Math.round(median(most) / 2);

const measured: Record<'ours' | 'node:http floor', PacedRound[]> = { ours: [], 'node:http floor': [] };
for (let round = 0; round < rounds; round += 1) {
  measured.ours.push(await pacedLoad(ours.port, rate, seconds));
  measured['node:http floor'].push(await pacedLoad(floor.port, rate, seconds));
}

const summaries = Object.entries(measured).map(([server, all]) => ({
  server,
  p50: median(all.map(({ p50 }) => p50)),
  p99: median(all.map(({ p99 }) => p99)),
  'worst p99': Math.max(...all.map(({ p99 }) => p99)),
  'longest of all': Math.max(...all.map((round) => round.most)),
}));

if (options.format === 'json') {
  const [own, bare] = summaries;
  for (const name of ['p50', 'p99'] as const) {
    const [value, peer] = [own?.[name] ?? Number.NaN, bare?.[name] ?? Number.NaN];
    const ratio = Number((value / peer).toFixed(1));
    console.log(JSON.stringify({ name: `ack ${name}`, value, unit: 'ms', peer: 'node:http floor', ratio }));
  }
} else {
  console.log(
    `Milliseconds until 24 KB are acknowledged, ${rate} a second, half of the most; ${rounds} rounds of ${seconds} s`,
  );
  console.table(summaries);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return Number(((upper + lower) / 2).toFixed(2));
}
