// The embedded database: how many deliveries a second are acknowledged, and what memory the process takes.
//
//   node test/bench/embedded.ts [--format json] [--rounds 5] [--seconds 4] [--connections 32]
//
// With nothing but the listener, and with the worker in the same process, as `npm start` has it: what is acknowledged is
// decided there too, on the one connection that there is.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { secret } from './delivery.ts';
import { load, median, type Server, startServer } from './processes.ts';
import { residentMemory } from './processor-time.ts';

const { values: options } = parseArgs({
  options: {
    format: { type: 'string', default: 'table' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '32' },
  },
});

await using children = new AsyncDisposableStack();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void children.disposeAsync().then(() => process.exit(130)));
}

const home = mkdtempSync(join(tmpdir(), 'c4gt-embedded-'));
children.defer(async () => rmSync(home, { recursive: true, force: true }));

interface Measured {
  readonly server: Server;
  readonly idle: number;
  readonly rates: number[];
  readonly memory: number[];
}

const measured = new Map<string, Measured>();
for (const [name, command] of [
  ['listener alone', ['serve', '--no-worker']],
  ['listener and worker', ['serve']],
] as const) {
  const environment = { DATA_DIR: join(home, command.join('')), GITHUB_WEBHOOK_SECRET: secret };
  const server = children.use(await startServer('../../src/cli.ts', [...command], environment));
  measured.set(name, { server, idle: megabytes(server.pid), rates: [], memory: [] });
  await load(server.port, Number(options.connections), 2); // warm, not counted
}
for (let round = 0; round < Number(options.rounds); round += 1) {
  for (const { server, rates, memory } of measured.values()) {
    const { acknowledged, seconds } = await load(server.port, Number(options.connections), Number(options.seconds));
    rates.push(acknowledged / seconds);
    memory.push(megabytes(server.pid));
  }
}

const summaries = [...measured].map(([name, { idle, rates, memory }]) => ({
  process: name,
  'deliveries/s': Math.round(median(rates)),
  least: Math.round(Math.min(...rates)),
  'MB at the start': idle,
  'MB under load': median(memory),
  'MB at most': Math.max(...memory),
}));
if (options.format === 'json') {
  for (const summary of summaries) {
    const name = `embedded ack, ${summary.process}`;
    console.log(JSON.stringify({ name, value: summary['deliveries/s'], unit: 'deliveries/s' }));
    console.log(JSON.stringify({ name: `${name}, RSS`, value: summary['MB at most'], unit: 'MB' }));
  }
} else {
  console.log(`Deliveries of 24 KB acknowledged a second by an embedded database, ${options.connections} connections`);
  console.table(summaries);
}

function megabytes(pid: number): number {
  return Math.round(residentMemory(pid) / 1e6);
}
