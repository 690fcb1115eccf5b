// RULES_DIR on disk: its files read in order of their names, and looked at for changes.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { SourceFile } from './engine/problem.ts';

/** More than any rule file may have; a larger one is cut here, and refused for its size. */
const READ_AT_MOST = 1024 * 1024;

/**
 * Reads every `*.yaml` and `*.yml` below a directory, tests (`*.test.yaml`) and hidden files left out; or the one file
 * named.
 *
 * @throws Error in a sentence when there is nothing to read
 */
export async function readRuleFiles(path: string): Promise<SourceFile[]> {
  const about = await stat(path).catch((cause: unknown) => {
    throw new Error(`there are no rules at ${resolve(path)}; RULES_DIR says where they are`, { cause });
  });
  if (about.isFile()) return [await readSource(path)];
  const files = await ruleFilesIn(path);
  if (files.length === 0) throw new Error(`there are no rule files (*.yaml) in ${path}`);
  return Promise.all(files.map(readSource));
}

/** Hidden are editors' locks (`.#rules.yaml`) and the second copy of every file that a Kubernetes ConfigMap holds. */
async function ruleFilesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => /\.ya?ml$/.test(file) && !/\.test\.ya?ml$/.test(file))
    .filter((file) => !isHidden(relative(directory, file)))
    .sort();
}

function isHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.'));
}

async function readSource(path: string): Promise<SourceFile> {
  const bytes = await readFile(path);
  return { path, text: bytes.subarray(0, READ_AT_MOST).toString('utf8') };
}

/**
 * Calls `onChange` when the files differ from those of the last call and have stayed the same for a moment, as after a
 * burst of an editor or a checkout; and once at the beginning, for what changed since they were read.
 *
 * It looks at them again and again: a recursive `fs.watch` goes deaf to a file once that was saved by renaming another
 * to it (Node 24, Linux), and hears nothing at all on network drives and many container mounts.
 */
export function watchRuleFiles(path: string, onChange: () => void, every = LOOK_EVERY): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let told: string | undefined;
  let last: string | undefined;
  const look = async () => {
    const seen = await fingerprint(path);
    if (closed) return;
    if (seen === last && seen !== told) {
      told = seen;
      onChange();
    }
    last = seen;
    timer = setTimeout(look, every).unref();
  };
  timer = setTimeout(look, every).unref();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Milliseconds between looks, and so without a further change. A look at a hundred files costs 1 ms. */
const LOOK_EVERY = 200;

/** Another one when any file was written, renamed, added or removed: each of them changes a file's `ctime` or its number. */
async function fingerprint(path: string): Promise<string> {
  try {
    const files = (await stat(path)).isFile() ? [path] : await ruleFilesIn(path);
    const looks = files.map(async (file) => {
      const { ino, size, ctimeNs } = await stat(file, { bigint: true });
      return `${file} ${ino} ${size} ${ctimeNs}`;
    });
    return (await Promise.all(looks)).join('\n');
  } catch (error) {
    return `nothing to read: ${error instanceof Error ? error.message : error}`;
  }
}
