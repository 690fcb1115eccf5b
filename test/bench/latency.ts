// How long an acknowledgement takes, at half of the rate at which we can acknowledge at most, beside bare node:http.
//
//   node test/bench/latency.ts [--format json] [--rounds 5] [--seconds 6] [--connections 32]
//
// Deliveries come at their times, whatever becomes of those before them, and one that has to wait has waited. The servers
// take turns, at the same rate; medians of the rounds are given. Beside them the disk, on which every acknowledgement waits:
// what writing 16 KB and flushing them takes, one after another.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres.ts';
import { secret } from './delivery.ts';
import { load, median, type PacedRound, pacedLoad, startServer } from './processes.ts';

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

const measured = { ours: [], 'node:http floor': [], 'the disk alone': [] } as {
  [server in 'ours' | 'node:http floor' | 'the disk alone']: PacedRound[];
};
for (let round = 0; round < rounds; round += 1) {
  measured.ours.push(await pacedLoad(ours.port, rate, seconds));
  measured['node:http floor'].push(await pacedLoad(floor.port, rate, seconds));
  measured['the disk alone'].push(flushes(1_000));
}

const summaries = Object.entries(measured).map(([server, all]) => ({
  server,
  p50: rounded(median(all.map(({ p50 }) => p50))),
  p99: rounded(median(all.map(({ p99 }) => p99))),
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

/** So many flushes of what a commit usually writes, on the file system that has the database too. */
function flushes(count: number): PacedRound {
  const home = mkdtempSync(join(tmpdir(), 'c4gt-flush-'));
  const file = openSync(join(home, 'file'), 'w');
  const page = Buffer.alloc(16 * 1024);
  const took = Array.from({ length: count }, () => {
    const began = performance.now();
    // Over what is there already, as the write-ahead log is once it has its size.
    writeSync(file, page, 0, page.length, 0);
    fdatasyncSync(file);
    return performance.now() - began;
  }).sort((a, b) => a - b);
  closeSync(file);
  rmSync(home, { recursive: true });
  const at = (share: number): number => rounded(took[Math.floor(count * share)] ?? Number.NaN);
  return { acknowledged: count, p50: at(0.5), p99: at(0.99), most: at(1 - 1e-9) };
}

function rounded(milliseconds: number): number {
  return Number(milliseconds.toFixed(2));
}
