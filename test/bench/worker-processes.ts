// Real `c4gt` processes for benchmarks: started with the shipped rules, watched until they are ready, ended by SIGTERM.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LogLine } from '../support/server.ts';

export type Environment = Readonly<Record<string, string>>;

export interface C4gtProcess extends AsyncDisposable {
  readonly pid: number;
  /** Where it listens; null for a worker. */
  readonly url: string | null;
  /** What it logged so far. */
  log(): readonly LogLine[];
  /** SIGTERM, and its end; throws when it does not end within 30 s, or not well. */
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Starts `c4gt worker`, or another command, and waits until it is ready. It logs into a file, which costs nobody's
 * processor time but its own, and takes nothing but PATH from our environment.
 */
export async function startC4gt(
  environment: Environment,
  { command = ['worker'], nodeOptions = [] }: { command?: readonly string[]; nodeOptions?: readonly string[] } = {},
): Promise<C4gtProcess> {
  const home = mkdtempSync(join(tmpdir(), 'c4gt-bench-'));
  const path = join(home, 'log');
  const output = openSync(path, 'a');
  const child = spawn(process.execPath, [...nodeOptions, join(root, 'src', 'cli.ts'), ...command], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      ...{ NODE_ENV: 'production', ENV_FILE: '', RULES_DIR: 'rules', HOST: '127.0.0.1', PORT: '0' },
      ...environment,
    },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const text = (): string => readFileSync(path, 'utf8');
  const log = (): readonly LogLine[] => text().split('\n').flatMap(asLine);
  const dispose = async (): Promise<void> => {
    await end(child);
    rmSync(home, { recursive: true, force: true });
  };
  const deadline = performance.now() + 30_000;
  for (;;) {
    const ready = log().find(({ msg }) => msg === 'ready');
    if (ready !== undefined) {
      return {
        pid: child.pid ?? 0,
        url: typeof ready['url'] === 'string' ? ready['url'] : null,
        log,
        async stop() {
          const signal = await end(child);
          if (signal !== 'SIGTERM' || child.exitCode !== 0)
            throw new Error(`c4gt ${command.join(' ')} ended with ${child.exitCode}:\n${text().slice(-2_000)}`);
        },
        [Symbol.asyncDispose]: dispose,
      };
    }
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadline) {
      const written = text();
      await dispose();
      throw new Error(`c4gt ${command.join(' ')} is not ready:\n${written.slice(-2_000)}`);
    }
    await sleep(20);
  }
}

/** Returns the signal that it took. */
async function end(child: ChildProcess): Promise<NodeJS.Signals> {
  if (child.exitCode !== null || child.signalCode !== null) return 'SIGTERM';
  const ended = once(child, 'exit').then(() => 'SIGTERM' as const);
  child.kill('SIGTERM');
  const inTime = await Promise.race([ended, sleep(30_000, 'late' as const, { ref: false })]);
  if (inTime !== 'late') return inTime;
  child.kill('SIGKILL');
  await ended;
  return 'SIGKILL';
}

function asLine(text: string): LogLine[] {
  try {
    return [JSON.parse(text) as LogLine];
  } catch {
    return [];
  }
}
