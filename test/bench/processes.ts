// The processes of a benchmark: servers, each on a free port of its own, and the load; only our own children are ended.
import { execFile, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { path, secret } from './delivery.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export interface Server extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

/** Runs `file` (beside this one) from the checkout's root with PORT set; resolves when it acknowledges a delivery, throws after 30 s. */
export async function startServer(file: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const port = await freePort();
  const child = spawn(process.execPath, [here(file), ...args], {
    cwd: here('../..'),
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'warn', ...env, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  const server: Server = {
    port,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const inTime = await Promise.race([ended, setTimeout(10_000, undefined, { ref: false })]);
      if (inTime === undefined) child.kill('SIGKILL');
      await ended;
    },
  };
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
    if (await acknowledges(port)) return server;
    await setTimeout(100);
  }
  await server[Symbol.asyncDispose]();
  throw new Error(`${file} did not acknowledge a delivery within 30 s`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function acknowledges(port: number): Promise<boolean> {
  const body = '{"action":"ready?","zen":"Keep it logically awesome."}';
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'ping',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  const sent = fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
  return sent.then(({ ok }) => ok).catch(() => false);
}

/** What one round of load came to. */
export interface Round {
  readonly acknowledged: number;
  readonly seconds: number;
}

/** Delivers for `seconds` on `connections` connections, from a process of its own. */
export async function load(port: number, connections: number, seconds: number): Promise<Round> {
  const args = [here('load.ts'), port, connections, seconds].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: (seconds + 30) * 1_000 });
  return JSON.parse(stdout);
}

/** What a steady load came to: milliseconds from when a delivery was due until its answer. */
export interface PacedRound {
  readonly acknowledged: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** Delivers `rate` deliveries a second, for `seconds`, from a process of its own. */
export async function pacedLoad(port: number, rate: number, seconds: number): Promise<PacedRound> {
  const args = [here('paced-load.ts'), port, rate, seconds].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: (seconds + 30) * 1_000 });
  return JSON.parse(stdout);
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}
