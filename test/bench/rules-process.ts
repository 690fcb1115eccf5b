// Whole processes over generated files: how long `rules check` and `rules test` take, and how much memory rules need.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Figure, figure } from './rules-figures.ts';
import { ruleFiles, testFiles } from './rules-made.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const cli = here('../../src/cli.ts');

/** @param directory an empty one to write rules in */
export async function processFigures(rounds: number, directory: string): Promise<Figure[]> {
  const [thousand, tested, tenThousand] = ['thousand', 'tested', 'ten-thousand'].map((name) => join(directory, name));
  if (thousand === undefined || tested === undefined || tenThousand === undefined) throw new Error('no directory');
  await write(thousand, ruleFiles(1000, { perFile: 10 }));
  await write(tested, [...ruleFiles(1000, { perFile: 10 }), ...testFiles(1000, { perFile: 10 })]);
  await write(tenThousand, ruleFiles(10_000, { perFile: 100 }));
  const processes = [
    ['-e', '0'],
    [cli, 'rules', 'check', thousand],
    [cli, 'rules', 'test', tested],
  ];
  for (const args of processes) await timed(args); // warm: the first run fills the cache of compiled code
  const measured = processes.map(() => ({ wall: [] as number[], cpu: [] as number[] }));
  const [rss, peak]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, args] of processes.entries()) {
      const { wall, cpu } = await timed(args);
      measured[place]?.wall.push(wall);
      measured[place]?.cpu.push(cpu);
    }
    const memory = JSON.parse((await run([here('rules-memory.ts'), tenThousand])).stdout);
    rss.push(memory.rss);
    peak.push(memory.peak);
  }
  const names = ['node -e 0', 'rules check, 1,000 rules in 100 files', 'rules test, 1,000 tests in 100 files'];
  return [
    ...measured.flatMap(({ wall, cpu }, place) => [
      figure(names[place] ?? '', 's', wall),
      figure('its processor time, which others do not lengthen', 's', cpu),
    ]),
    figure('RSS with 10,000 rules, loaded as `serve` does', 'MB', rss),
    figure('its peak while they load', 'MB', peak),
  ];
}

async function write(directory: string, files: readonly { path: string; text: string }[]): Promise<void> {
  await mkdir(directory);
  await Promise.all(files.map(({ path, text }) => writeFile(join(directory, path), text)));
}

/** Has a process write its processor time, in microseconds, as the last line of its errors. */
const TELLING = `data:text/javascript,import { writeSync } from 'node:fs';
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(2, String.fromCharCode(10) + (user + system));
});`;

/** How many seconds a process takes, from its start to its end, and of how much processor time; throws when it fails. */
async function timed(args: readonly string[]): Promise<{ wall: number; cpu: number }> {
  const started = performance.now();
  const { stderr } = await run(['--import', TELLING, ...args]);
  return { wall: (performance.now() - started) / 1000, cpu: Number(stderr.split('\n').at(-1)) / 1e6 };
}

function run(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, args, { timeout: 120_000 });
}
