// How many deliveries a second are acknowledged: ours, on a Postgres that flushes every commit, beside Probot in memory.
//
//   npm run bench [-- --format json] [--rounds 5] [--seconds 4] [--connections 32]
//
// The servers take turns, round by round, so that a busy moment of the machine meets all of them; medians are compared.
import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres.ts';
import { secret } from './delivery.ts';
import { load, median, type Round, type Server, startServer } from './processes.ts';

const { values: options } = parseArgs({
  options: {
    format: { type: 'string', default: 'table' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
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

const servers = {
  ours: children.use(await startServer('../../src/cli.ts', ['serve', '--no-worker'], environment)),
  probot: children.use(await startServer('probot-server.ts')),
  'node:http floor': children.use(await startServer('floor-server.ts')),
} satisfies Record<string, Server>;

type Name = keyof typeof servers;
const names = Object.keys(servers) as Name[];
const measured: Record<Name, Round[]> = { ours: [], probot: [], 'node:http floor': [] };

for (const name of names) await load(servers[name].port, connections, Math.min(seconds, 2)); // warm, not counted
for (let round = 0; round < rounds; round += 1) {
  for (const name of names) measured[name].push(await load(servers[name].port, connections, seconds));
}

const rates = (name: Name): number[] => measured[name].map((round) => round.acknowledged / round.seconds);
const ours = Math.round(median(rates('ours')));
const peers = names.filter((name) => name !== 'ours');
const ratio = (peer: Name): number => Number((ours / median(rates(peer))).toFixed(2));

if (options.format === 'json') {
  for (const peer of peers) {
    console.log(JSON.stringify({ name: 'ack', value: ours, unit: 'deliveries/s', peer, ratio: ratio(peer) }));
  }
} else {
  console.log(
    `Deliveries of 24 KB acknowledged a second, ${connections} connections, ${rounds} rounds of ${seconds} s`,
  );
  console.table(
    names.map((name) => ({
      server: name,
      median: Math.round(median(rates(name))),
      least: Math.round(Math.min(...rates(name))),
      most: Math.round(Math.max(...rates(name))),
      'ours / this': ratio(name),
    })),
  );
}
