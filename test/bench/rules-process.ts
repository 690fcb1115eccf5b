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
  for (const args of processes) await seconds(args); // warm: the first run fills the cache of compiled code
  const measured = processes.map((): number[] => []);
  const memory = [['--optimize-for-size'], []].map((flags) => ({ flags, rss: [] as number[], peak: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, args] of processes.entries()) measured[place]?.push(await seconds(args));
    for (const { flags, rss, peak } of memory) {
      const measured = JSON.parse(await output([...flags, here('rules-memory.ts'), tenThousand]));
      rss.push(measured.rss);
      peak.push(measured.peak);
    }
  }
  const [floor = [], check = [], test = []] = measured;
  return [
    figure('node -e 0', 's', floor),
    figure('rules check, 1,000 rules in 100 files', 's', check),
    figure('rules test, 1,000 tests in 100 files', 's', test),
    ...memory.flatMap(({ flags, rss, peak }) => [
      figure(`RSS of ${['node', ...flags].join(' ')} with 10,000 rules`, 'MB', rss),
      figure('its peak while they load', 'MB', peak),
    ]),
  ];
}

async function write(directory: string, files: readonly { path: string; text: string }[]): Promise<void> {
  await mkdir(directory);
  await Promise.all(files.map(({ path, text }) => writeFile(join(directory, path), text)));
}

/** How long a process takes, from its start to its end; throws when it fails. */
async function seconds(args: readonly string[]): Promise<number> {
  const started = performance.now();
  await output(args);
  return (performance.now() - started) / 1000;
}

async function output(args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, args, { timeout: 120_000 })).stdout;
}
