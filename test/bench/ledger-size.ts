// Whether a long ledger makes work slower: the same drain, of awards mostly, with 10 and with 10,000,000 ledger lines.
//
//   node test/bench/ledger-size.ts [--few 10] [--many 10000000] [--deliveries 6000] [--workers 2] [--rounds 3] [--format json]
//
// Both databases are on one server and take turns, with the same traffic in each round; medians are compared. Half of the
// lines are of those who earn points in the traffic. Wanted: within 20 %.
import { parseArgs } from 'node:util';
import { storeBacklog } from './backlog.ts';
import { createPrepared, endedBySignals, median, rounded, settingsOf, startServer } from './drain-bench.ts';
import { type Drained, drain } from './drain-round.ts';
import { addLedgerLines } from './ledger-lines.ts';

const { values: options } = parseArgs({
  options: {
    few: { type: 'string', default: '10' },
    many: { type: 'string', default: '10000000' },
    deliveries: { type: 'string', default: '6000' },
    workers: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    format: { type: 'string', default: 'table' },
  },
});
const [deliveries, workers, rounds] = [Number(options.deliveries), Number(options.workers), Number(options.rounds)];
const isTable = options.format !== 'json';

await using children = new AsyncDisposableStack();
endedBySignals(children);
const postgres = await startServer(children);

interface Side {
  readonly lines: number;
  readonly url: string;
  readonly drained: Drained[];
}

const sides: Side[] = [];
for (const lines of [Number(options.few), Number(options.many)]) {
  const url = await createPrepared(postgres, `lines_${lines}`);
  const began = performance.now();
  await addLedgerLines(url, lines);
  if (isTable) console.log(`${lines} ledger lines made in ${Math.round((performance.now() - began) / 1_000)} s`);
  sides.push({ lines, url, drained: [] });
}
if (isTable) console.log(await settingsOf(postgres.url('postgres')));

for (let round = 0; round < rounds; round += 1) {
  // Who is first takes turns as well.
  for (const { lines, url, drained } of round % 2 === 0 ? sides : sides.toReversed()) {
    const backlog = await storeBacklog(url, 'awards', deliveries, round);
    const one = await drain({ url, backlog, workers, environment: { DATABASE_URL: url } });
    drained.push(one);
    if (isTable)
      console.log(`round ${round + 1}, ${lines} lines: ${Math.round(deliveries / one.seconds)} deliveries/s`);
  }
}

const rate = ({ drained }: Side): number => deliveries / median(drained.map(({ seconds }) => seconds));
const time = ({ drained }: Side, of: 'node' | 'postgres'): number =>
  median(drained.map(({ processorTime }) => processorTime[of])) / deliveries;
const [few, many] = sides;
if (few === undefined || many === undefined) throw new Error('there are two sides');
if (isTable) {
  console.table(
    sides.map((side) => ({
      'ledger lines': side.lines,
      'deliveries/s': Math.round(rate(side)),
      'ratio to few': rounded(rate(side) / rate(few)),
      'Postgres, ms/delivery': rounded(time(side, 'postgres')),
      'Node, ms/delivery': rounded(time(side, 'node')),
    })),
  );
} else {
  const figures = [
    { name: 'drain', value: Math.round(rate(many)), unit: 'deliveries/s', ratio: rounded(rate(many) / rate(few)) },
    {
      ...{ name: 'drain: Postgres', value: rounded(time(many, 'postgres')), unit: 'ms of processor time/delivery' },
      ratio: rounded(time(many, 'postgres') / time(few, 'postgres')),
    },
  ];
  for (const figure of figures)
    console.log(
      JSON.stringify({ ...figure, name: `${figure.name}, ${many.lines} ledger lines`, peer: `${few.lines} lines` }),
    );
}
