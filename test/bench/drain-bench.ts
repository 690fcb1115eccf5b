// What the benchmarks that drain have in common: a Postgres with fsync on, a backlog to copy, and how workers reach it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { prepare } from './backlog.ts';
import type { Environment } from './worker-processes.ts';

export const transports = ['postgres', 'supabase'] as const;
export type TransportName = (typeof transports)[number];

/** Ends everything when this process is told to end. */
export function endedBySignals(children: AsyncDisposableStack): void {
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void children.disposeAsync().then(() => process.exit(130)));
}

/** A server that flushes every commit, and is otherwise as it comes but for what {@link settingsOf} tells. */
export async function startServer(
  children: AsyncDisposableStack,
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const postgres = await startPostgres({ fsync: true, settings });
  children.defer(() => postgres.stop());
  return postgres;
}

/** A migrated database of this name with the shipped rules in force. */
export async function createPrepared(postgres: PostgresServer, name: string): Promise<string> {
  const url = await postgres.createDatabase(name);
  await prepare(url);
  return url;
}

/** What the server was started with, other than where it is. */
export async function settingsOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string; setting: string; version: string }>(
    `select name, current_setting(name) as setting, current_setting('server_version') as version
     from pg_settings
     where source = 'command line'
       and name not in ('port', 'listen_addresses', 'unix_socket_directories', 'extension_control_path', 'data_directory')
     order by name`,
  );
  await client.end();
  const changed = rows.map(({ name, setting }) => `${name}=${setting}`).join(', ');
  return `Postgres ${rows[0]?.version}: ${changed === '' ? '' : `${changed}; `}all else as it comes (fsync and synchronous_commit on)`;
}

export interface Way extends AsyncDisposable {
  readonly environment: Environment;
  /** The process between the workers and the database; 0 when there is none. */
  readonly between: number;
}

/** How workers reach a database: by its address, or through a Supabase project's API in a process of its own. */
export async function wayTo(url: string, transport: TransportName): Promise<Way> {
  if (transport === 'postgres')
    return { environment: { DATABASE_URL: url }, between: 0, [Symbol.asyncDispose]: async () => undefined };
  const file = new URL('supabase-process.ts', import.meta.url);
  const child = spawn(process.execPath, [file.pathname, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => Promise.reject(new Error('the Supabase server ended'))),
  ]);
  const { url: project, secretKey } = JSON.parse(String(line)) as { url: string; secretKey: string };
  return {
    environment: { SUPABASE_URL: project, SUPABASE_SECRET_KEY: secretKey },
    between: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}

/** To two digits after the point. */
export function rounded(value: number): number {
  return Number(value.toFixed(2));
}
