// What rules cost: an event as their number grows, beside plain json-rules-engine; checking and testing files; memory.
//
//   npm run bench:rules [-- --format json] [--rounds 9] [--only event|process]
//
// What is compared takes turns, round by round, so that a busy moment of the machine meets all of it; medians count.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventFigures } from './rules-event.ts';
import { type Figure, printed } from './rules-figures.ts';
import { processFigures } from './rules-process.ts';

const { values: options } = parseArgs({
  options: {
    format: { type: 'string', default: 'table' },
    rounds: { type: 'string', default: '9' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Number(options.rounds);

await using made = new AsyncDisposableStack();
const directory = await mkdtemp(join(tmpdir(), 'bench-rules-'));
made.defer(() => rm(directory, { recursive: true }));

const figures: Figure[] = [
  ...(options.only === 'process' ? [] : await eventFigures(rounds)),
  ...(options.only === 'event' ? [] : await processFigures(rounds, directory)),
];
console.log(printed(figures, options.format === 'json' ? 'json' : 'table'));
