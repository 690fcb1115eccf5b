// Tests run again whenever a rule, a test or a payload beside them changes, until somebody interrupts.
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { rulesAndTestsIn, watchFiles } from '../rules-directory.ts';

/** What a run came to, as text. */
export interface Run {
  readonly text: string;
  readonly failed: boolean;
}

/** Resolves when the process is asked to end; what is under way is finished first. */
export async function watchTests(paths: readonly string[], run: () => Promise<Run>): Promise<void> {
  let running = Promise.resolve();
  const show = async () => {
    const text = await run().then(
      (result) => result.text,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    process.stdout.write(`${process.stdout.isTTY ? CLEAR : ''}${text}\n`);
  };
  const watcher = watchFiles(
    () => filesIn(paths),
    () => {
      running = running.then(show);
    },
  );
  // The watcher keeps no process alive.
  const alive = setInterval(() => undefined, 60_000);
  await interrupted();
  clearInterval(alive);
  watcher.close();
  await running;
}

/** Moves to the top left, and clears the screen with what was scrolled out of it: https://vt100.net/docs/vt510-rm/ED */
const CLEAR = '\u001b[H\u001b[2J\u001b[3J';

async function filesIn(paths: readonly string[]): Promise<string[]> {
  const directories = await Promise.all(
    paths.map(async (path) => ((await stat(path)).isDirectory() ? path : dirname(path))),
  );
  return (await Promise.all([...new Set(directories)].map(rulesAndTestsIn))).flat();
}

function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  return promise;
}
