// One process per data directory: two at once would silently lose one another's rows.
//
// The lock is SQLite's on a file beside the data: a lock of the operating system, which lets go of it when the process
// dies, however it dies. A file holding a process id alone would outlive its process, and ids are used again.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DataDirLock {
  release(): void;
}

/** Another process holds the data directory. */
export class DataDirInUse extends Error {
  override name = 'DataDirInUse';
}

/** Takes the lock of an existing directory, or throws {@link DataDirInUse} at once. */
export function lockDataDir(directory: string): DataDirLock {
  const pidFile = join(directory, 'lock.pid');
  const lock = openLock(directory);
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) {
      throw error;
    }
    throw new DataDirInUse(
      `The data directory ${directory} is in use by ${holder(pidFile)}. Stop it first, choose another directory with ` +
        'DATA_DIR, or set DATABASE_URL: a Postgres server can be shared.',
      { cause: error },
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release() {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function openLock(directory: string): DatabaseSync {
  try {
    return new DatabaseSync(join(directory, 'lock.sqlite'), { timeout: 0 });
  } catch (cause) {
    // What SQLite says, that a database file cannot be opened, names neither the place nor what to do.
    throw new Error(
      `The data directory ${directory} cannot be written: give it to the user that this process runs as, or choose ` +
        'another directory with DATA_DIR.',
      { cause },
    );
  }
}

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function holder(pidFile: string): string {
  try {
    return `process ${readFileSync(pidFile, 'utf8').trim()}`;
  } catch {
    return 'another process';
  }
}
