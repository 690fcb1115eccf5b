// RULES_DIR on disk: its files read in order of their names, and watched for changes.
import { watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from './engine/problem.ts';

/** More than any rule file may have; a larger one is read only so far, and refused for its size. */
const READ_AT_MOST = 1024 * 1024;

/**
 * Reads every `*.yaml` and `*.yml` below a directory, tests (`*.test.yaml`) left out; or the one file named.
 *
 * @throws Error in a sentence when there is nothing to read
 */
export async function readRuleFiles(path: string): Promise<SourceFile[]> {
  const about = await stat(path).catch((cause: unknown) => {
    throw new Error(`there are no rules at ${path}`, { cause });
  });
  if (about.isFile()) return [await readSource(path)];
  const names = await readdir(path, { recursive: true });
  const files = names.filter((name) => /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name)).sort();
  if (files.length === 0) throw new Error(`there are no rule files (*.yaml) in ${path}`);
  return Promise.all(files.map((name) => readSource(join(path, name))));
}

async function readSource(path: string): Promise<SourceFile> {
  const bytes = await readFile(path);
  return { path, text: bytes.subarray(0, READ_AT_MOST).toString('utf8') };
}

/** Calls `onChange` a moment after the last of a burst of changes, as an editor or a checkout makes. */
export function watchRuleFiles(path: string, onChange: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(path, { recursive: true, persistent: false }, () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLED);
  });
  watcher.on('error', () => watcher.close());
  return {
    close: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

/** Milliseconds without a further change. */
const SETTLED = 150;
