// The `.env` file on disk: replaced as a whole or not at all, readable by its owner alone, and what it held is kept.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Unwritable, type Variables, variablesIn, withVariables } from './env-text.ts';

/** Its owner reads and writes, nobody else does anything: it holds secrets. */
const OWNER_ONLY = 0o600;
/** Nobody writes so much by hand; what is larger is something else. */
const READ_AT_MOST = 1024 * 1024;

/** What stands in the file; nothing when there is none. @throws Unwritable */
export async function variablesOf(path: string): Promise<Variables> {
  return variablesIn((await read(path)).text);
}

/**
 * Whether {@link writeVariables} can be expected to succeed, asked before there is something to lose.
 *
 * @throws Unwritable
 */
export async function checkWritable(path: string, names: readonly string[]): Promise<void> {
  const { text } = await read(path);
  withVariables(text, Object.fromEntries(names.map((name) => [name, 'x'])));
  await access(dirname(resolve(path)), constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw unwritable(error);
  });
}

/**
 * Writes the values; every other line stays. Where others stood, a copy of the file as it was is kept beside it.
 *
 * @returns where the copy is, or null when nothing was replaced
 * @throws Unwritable, and then nothing has changed
 */
export async function writeVariables(path: string, values: Variables): Promise<string | null> {
  const passing = new Set<string>();
  try {
    for (;;) {
      const before = await read(path);
      const text = withVariables(before.text, values);
      const old = variablesIn(before.text);
      const loses = Object.entries(values).some(([name, value]) => (old[name] ?? value) !== value);
      const copy = loses ? await keepCopy(path, before) : null;
      if (copy !== null) passing.add(copy);
      const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
      await writeNew(draft, text, before);
      passing.add(draft);
      // Somebody wrote in between: begin again with what is there now.
      if ((await read(path)).mark !== before.mark) continue;
      await rename(draft, path);
      for (const lasting of [draft, copy]) if (lasting !== null) passing.delete(lasting);
      await flushDirectory(path);
      return copy;
    }
  } catch (error) {
    throw unwritable(error);
  } finally {
    await Promise.all([...passing].map(remove));
  }
}

interface Contents {
  readonly text: string;
  /** Another one when it is another file, or has been written to. */
  readonly mark: string;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

async function read(path: string): Promise<Contents> {
  // Not through a link: what it leads to may be anybody's. Nor waiting for somebody to write into a pipe.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let file: FileHandle | undefined;
  try {
    file = await open(path, flags);
    const about = await file.stat({ bigint: true });
    if (!about.isFile()) throw new Unwritable('it is no ordinary file');
    if (about.size > READ_AT_MOST) throw new Unwritable('it is too large');
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.readFile());
    const mark = `${about.ino} ${about.size} ${about.mtimeNs}`;
    return { text, mark, owner: { uid: Number(about.uid), gid: Number(about.gid) } };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: '', mark: 'none', owner: null };
    throw unwritable(error);
  } finally {
    await file?.close();
  }
}

async function keepCopy(path: string, { text, owner }: Contents): Promise<string> {
  for (let nth = 1; ; nth++) {
    const copy = `${path}.bak${nth === 1 ? '' : nth}`;
    try {
      await writeNew(copy, text, { owner });
      return copy;
    } catch (error) {
      // An older copy may hold the only key of an App that is still in use.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || nth >= 1_000) throw error;
    }
  }
}

/** A file that was not there before, and is on disk when this resolves. */
async function writeNew(path: string, text: string, { owner }: Pick<Contents, 'owner'>): Promise<void> {
  const file = await open(path, 'wx', OWNER_ONLY);
  try {
    const mine = await file.stat();
    // Set up by root for a service of its own user, who has to be able to read it.
    if (owner !== null && (owner.uid !== mine.uid || owner.gid !== mine.gid)) await file.chown(owner.uid, owner.gid);
    await file.chmod(OWNER_ONLY);
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await remove(path);
    throw error;
  } finally {
    await file.close();
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

/** The new name is kept by the directory, which is another thing to be written. Windows cannot, and need not. */
async function flushDirectory(path: string): Promise<void> {
  const directory = await open(dirname(resolve(path)), 'r').catch(() => null);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}

function unwritable(error: unknown): Unwritable {
  if (error instanceof Unwritable) return error;
  // A message of the system holds the path only, but an error of decoding might hold more.
  const { code = 'it cannot be read as text' } = error as NodeJS.ErrnoException;
  return new Unwritable(REASONS[code] ?? code);
}

/** https://nodejs.org/api/errors.html#common-system-errors */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk can only be read',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a link to another file; put the file itself there, or run this where the file is',
  EMLINK: 'it is a link to another file; put the file itself there, or run this where the file is',
  ENOENT: 'its directory is not there',
  ENOTDIR: 'its directory is none',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8',
};

/** The mode of the file where others than its owner may do something with it; null otherwise, and on Windows. */
export async function looseMode(path: string): Promise<string | null> {
  if (process.platform === 'win32') return null;
  const about = await stat(path).catch(() => null);
  if (about === null || (about.mode & 0o077) === 0) return null;
  return (about.mode & 0o777).toString(8).padStart(4, '0');
}

/** The file's name with the directory it is in, for people. */
export function shownPath(path: string): string {
  return join(dirname(resolve(path)), basename(path));
}
