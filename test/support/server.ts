// The real server and the real CLI as child processes: started, talked to over HTTP, stopped or killed by their pid.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { deliver } from '../../src/commands/examples.ts';
import type { Told } from '../../src/commands/scene.ts';
import type { Counts } from '../../src/store/reading.ts';
import { rulesDirectory } from './shipped-rules.ts';
import { until } from './until.ts';

export type Environment = Readonly<Record<string, string>>;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body read as JSON; whoever looks at it says what it should be. */
  json<T>(): T;
}

export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  readonly log: readonly LogLine[];
  /** Milliseconds from the start of the process to its `ready`. */
  readonly readyAfter: number;
  /** Delivers as GitHub does. */
  deliver(told: Told, sending?: { readonly guid?: string; readonly secret?: string }): Promise<Response>;
  get(path: string, request?: RequestInit): Promise<Answer>;
  /** Waits until no delivery waits, nor a subject to be decided again, and returns the counts. */
  settled(): Promise<Counts>;
  /** Waits for a line of the log with this message, among those from `from` on. */
  logged(message: string, from?: number): Promise<LogLine>;
  /** SIGTERM; resolves when the process has ended. */
  stop(): Promise<Exit>;
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<Exit>;
}

export const webhookSecret = 'the secret of these tests';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
/** Compiled once for all these processes, each of which would otherwise spend half a second on it. */
const compiled = join(root, 'node_modules', '.cache', 'c4gt-tests');

/** Ended with this process, however a test ends. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

/**
 * Starts `c4gt serve` on a free port and waits until it is ready; throws with its output when it ends instead. With
 * `fileSize`, no file of it can grow beyond so many bytes, a multiple of 512.
 */
export async function startServer(
  environment: Environment,
  command = ['serve'],
  fileSize?: number,
): Promise<RunningServer> {
  const began = performance.now();
  const { child, ended } = spawnCli(command, { GITHUB_WEBHOOK_SECRET: webhookSecret, ...environment }, root, fileSize);
  const log: LogLine[] = [];
  const ready = Promise.withResolvers<string>();
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  lines.on('line', (text) => {
    const line = logLine(text);
    if (line === null) return;
    log.push(line);
    if (line.msg === 'ready') ready.resolve(String(line['url']));
  });
  const failed = ended.then(({ code, stdout, stderr }): never => {
    throw new Error(`the server ended with ${code} before it was ready:\n${stderr}${stdout}`);
  });
  const url = await soon(child, 'the server is ready', Promise.race([ready.promise, failed]));
  failed.catch(() => undefined);
  const readyAfter = performance.now() - began;

  const get = async (path: string, request: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(15_000), ...request });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
  };
  const end = async (signal: NodeJS.Signals): Promise<Exit> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return soon(child, `the server ends by ${signal}`, ended);
  };
  return {
    url,
    pid: child.pid ?? 0,
    log,
    readyAfter,
    get,
    deliver: ({ event, payload }, { guid, secret = webhookSecret } = {}) =>
      deliver({ to: url, secret, event, body: JSON.stringify(payload), ...(guid === undefined ? {} : { guid }) }),
    settled: async () => {
      let counts: Counts | undefined;
      await until('nothing is pending', async () => {
        counts = (await get('/api/status')).json<Counts>();
        return counts.pending === 0 && counts.subjects.pending === 0;
      });
      return counts as Counts;
    },
    logged: async (message, from = 0) => {
      const find = () => log.slice(from).find(({ msg }) => msg === message);
      await until(`"${message}" is logged`, () => find() !== undefined);
      return find() as LogLine;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Runs `c4gt` to its end. */
export async function runCli(args: readonly string[], environment: Environment = {}, cwd = root): Promise<Exit> {
  const { child, ended } = spawnCli(args, environment, cwd);
  return soon(child, `c4gt ${args.join(' ')} ends`, ended);
}

/** A directory that is removed with everything in it when the suite that asked for it is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'c4gt-test-'));
  after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

/**
 * Starts `c4gt` and leaves it running; it is killed with this process at the latest. The environment is the given one
 * alone, so that a developer's own settings decide nothing.
 */
export function spawnCli(
  args: readonly string[],
  environment: Environment,
  cwd = root,
  fileSize?: number,
): { child: ChildProcess; ended: Promise<Exit> } {
  const coverage = process.env['NODE_V8_COVERAGE'];
  const whole = [process.execPath, cli, ...args];
  // Deaf to the signal that comes with it, it is told by an error that a file cannot grow, as on a full disk.
  const limited = `trap '' XFSZ; ulimit -f ${(fileSize ?? 0) / 512}; exec "$@"`;
  const [command = '', ...rest] = fileSize === undefined ? whole : ['/bin/sh', '-c', limited, 'sh', ...whole];
  const child = spawn(command, rest, {
    cwd,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      RULES_DIR: rulesDirectory,
      // A developer's own secrets are no business of tests.
      ...(cwd === root ? { ENV_FILE: '' } : {}),
      ...(coverage === undefined ? { NODE_COMPILE_CACHE: compiled } : { NODE_V8_COVERAGE: coverage }),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]): Exit => {
    alive.delete(child);
    return { code, signal, ...output };
  });
  return { child, ended };
}

/** Waits for the child to do something; when it does not, it is ended and this throws. */
async function soon<T>(child: ChildProcess, what: string, done: Promise<T>): Promise<T> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, 25_000);
  const result = await done.finally(() => clearTimeout(timer));
  if (late) throw new Error(`waited in vain until ${what}`);
  return result;
}

function logLine(text: string): LogLine | null {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return null;
  }
}
