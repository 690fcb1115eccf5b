// RULES_DIR on disk: its files read in order of their names, and looked at for changes.
import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { SourceFile } from './engine/problem.ts';

/** More than any rule file may have; a larger one is cut here, and refused for its size. */
const READ_AT_MOST = 1024 * 1024;

/**
 * Reads every `*.yaml` and `*.yml` below a directory, tests (`*.test.yaml`) and hidden files left out; or the one file
 * named. A file that cannot be read says so, and does not keep the others from being read.
 *
 * @throws Error in a sentence when there is nothing to read
 */
export async function readRuleFiles(path: string): Promise<SourceFile[]> {
  const about = await stat(path).catch((cause: unknown) => {
    throw new Error(`there are no rules at ${resolve(path)}; RULES_DIR says where they are`, { cause });
  });
  if (!about.isDirectory()) return [await readSource(path, path)];
  const names = await ruleFilesIn(path);
  if (names.length === 0) throw new Error(`there are no rule files (*.yaml) in ${path}`);
  return readSources(names, path);
}

/** Reads the tests beside the rules: every `*.test.yaml` and `*.test.yml` below a directory, or the one file named. */
export async function readTestFiles(path: string): Promise<SourceFile[]> {
  if (!(await stat(path)).isDirectory()) return [await readSource(path, path)];
  return readSources((await yamlFilesIn(path)).filter(isTestFile), path);
}

/** Whether a file holds tests of rules, by its name. */
export function isTestFile(path: string): boolean {
  return /\.test\.ya?ml$/.test(path);
}

async function ruleFilesIn(directory: string): Promise<string[]> {
  return (await yamlFilesIn(directory)).filter((file) => !isTestFile(file));
}

/** Rules, tests and payloads below a directory. */
export async function rulesAndTestsIn(directory: string): Promise<string[]> {
  return filesIn(directory, /\.(?:ya?ml|json)$/);
}

async function readSources(names: readonly string[], within: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE);
    files.push(...(await Promise.all(some.map((name) => readSource(name, within)))));
  }
  return files;
}

/** Files that are open at the same time; a process may have about a thousand. */
const AT_ONCE = 64;

/** Hidden are editors' locks (`.#rules.yaml`) and the second copy of every file that a Kubernetes ConfigMap holds. */
async function yamlFilesIn(directory: string): Promise<string[]> {
  return filesIn(directory, /\.ya?ml$/);
}

async function filesIn(directory: string, named: RegExp): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new Error(`the rules in ${directory} cannot be read: ${reasonOf(cause)}`, { cause });
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => named.test(file))
    .filter((file) => !isHidden(relative(directory, file)))
    .sort();
}

function isHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.'));
}

async function readSource(path: string, within: string): Promise<SourceFile> {
  try {
    return { path, text: await readText(path, within) };
  } catch (error) {
    return { path, text: '', unreadable: reasonOf(error) };
  }
}

/** @throws Unreadable, or what the file system says */
async function readText(path: string, within: string): Promise<string> {
  const [real, top] = await Promise.all([realpath(path), realpath(within)]);
  // What a checked-out branch links to may be any file of whoever checks it, and its lines would be in a public log.
  if (real !== top && !real.startsWith(join(top, sep))) throw new Unreadable('it is a link to a file somewhere else');
  const file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const about = await file.stat();
    // Devices and pipes never end.
    if (!about.isFile()) throw new Unreadable('it is no ordinary file');
    const bytes = Buffer.alloc(Math.min(about.size, READ_AT_MOST));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
  } finally {
    await file.close();
  }
}

class Unreadable extends Error {
  override name = 'Unreadable';
}

function reasonOf(error: unknown): string {
  if (error instanceof Unreadable) return error.message;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/** https://nodejs.org/api/errors.html#common-system-errors */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a link that leads back to itself',
  ENOENT: 'it is not there any more, or is a link to nothing',
  ENOTDIR: 'it is not there any more, or is a link to nothing',
  ENXIO: 'it is no ordinary file',
};

/**
 * Calls `onChange` when the files differ from those of the last call and have stayed the same for a moment, as after a
 * burst of an editor or a checkout; and once at the beginning, for what changed since they were read.
 *
 * It looks at them again and again: a recursive `fs.watch` goes deaf to a file once that was saved by renaming another
 * to it (Node 24, Linux), and hears nothing at all on network drives and many container mounts.
 */
export function watchRuleFiles(path: string, onChange: OnChange, every = LOOK_EVERY): Watcher {
  return watchFiles(async () => ((await stat(path)).isFile() ? [path] : ruleFilesIn(path)), onChange, every);
}

/**
 * Whoever reads the files now asks afterwards whether they are still those that had stayed the same: else somebody writes
 * to them, half of a file may have been read, and there will be another call.
 */
export type OnChange = (areStill: () => Promise<boolean>) => void;

export interface Watcher {
  close(): void;
}

/** As {@link watchRuleFiles}, of any files: rules, their tests, and the payloads that tests name. */
export function watchFiles(list: () => Promise<readonly string[]>, onChange: OnChange, every = LOOK_EVERY): Watcher {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let told: string | undefined;
  let last: string | undefined;
  const look = async () => {
    const seen = await fingerprint(list);
    if (closed) return;
    if (seen === last && seen !== told) {
      told = seen;
      onChange(async () => (await fingerprint(list)) === seen);
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
async function fingerprint(list: () => Promise<readonly string[]>): Promise<string> {
  try {
    const looks = (await list()).map(async (file) => {
      const about = await stat(file, { bigint: true }).catch(reasonOf);
      return typeof about === 'string' ? about : `${file} ${about.ino} ${about.size} ${about.ctimeNs}`;
    });
    return (await Promise.all(looks)).join('\n');
  } catch (error) {
    return `nothing to read: ${error instanceof Error ? error.message : error}`;
  }
}
