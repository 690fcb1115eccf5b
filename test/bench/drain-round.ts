// One drain: real workers work a backlog off, from the moment when all of them are ready until nothing is pending.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Backlog } from './backlog.ts';
import { check, standing } from './drain-check.ts';
import { parentOf, processorTime, processorTimeOfFamily } from './processor-time.ts';
import { type C4gtProcess, type Environment, startC4gt } from './worker-processes.ts';

export interface DrainOptions {
  /** Of the database, for looking; the workers go by `environment`. */
  readonly url: string;
  readonly backlog: Backlog;
  readonly workers: number;
  readonly environment: Environment;
  /** Options of Node for the workers. */
  readonly nodeOptions?: readonly string[];
  /** Of a process between the workers and the database, whose processor time is told apart. */
  readonly between?: number;
  /** Called every quarter of a second while the workers work. */
  readonly onLook?: (client: pg.Client) => Promise<void>;
}

export interface Drained {
  /** From all workers being ready to the last delivery's end. */
  readonly seconds: number;
  /** Until all that is decided again because of them is done too: contributors whose points changed, and the like. */
  readonly secondsWithFollowing: number;
  /** Milliseconds of processor time, with what follows. */
  readonly processorTime: { readonly node: number; readonly postgres: number; readonly between: number };
  /** Warnings and errors that the workers logged. */
  readonly complaints: readonly string[];
}

/** How often we look; when the last delivery ended, its own time says. */
const LOOK = 250;

/** @throws when what stands in the end is not what must */
export async function drain(options: DrainOptions): Promise<Drained> {
  const { url, backlog, workers, environment, nodeOptions = [], between = 0, onLook } = options;
  await using open = new AsyncDisposableStack();
  const client = new pg.Client({ connectionString: url, application_name: 'bench' });
  client.on('error', () => undefined);
  await client.connect();
  open.defer(() => client.end());
  const first = await standing(client);
  const server = parentOf(await value<number>(client, 'select pg_backend_pid()'));

  // Closed, the gate lets nobody at the queue: the first worker does not begin before the last is ready.
  await client.query('begin; lock table pgmq.q_inbox in exclusive mode');
  const started = await Promise.allSettled(
    Array.from({ length: workers }, () => startC4gt(environment, { nodeOptions })),
  );
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [open.use(one.value)] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;

  const used = () => ({
    node: running.reduce((sum, { pid }) => sum + processorTime(pid), 0),
    postgres: processorTimeOfFamily(server),
    between: between === 0 ? 0 : processorTime(between),
  });
  const before = used();
  const began = await value<Date>(client, 'select clock_timestamp()');
  await client.query('commit');
  await settled(client, running, onLook);
  const ended = await value<Date>(client, 'select clock_timestamp()');
  const after = used();
  for (const one of running) await one.stop();

  check(first, await standing(client), backlog);
  const last = await value<Date>(client, 'select max(finished_at) from c4gt.deliveries');
  return {
    seconds: (last.getTime() - began.getTime()) / 1_000,
    secondsWithFollowing: (ended.getTime() - began.getTime()) / 1_000,
    processorTime: {
      node: after.node - before.node,
      postgres: after.postgres - before.postgres,
      between: after.between - before.between,
    },
    complaints: running
      .flatMap(({ log }) => log().filter(({ level }) => level >= 40))
      .map((line) => JSON.stringify(line)),
  };
}

/** Waits until the queue is empty, and nothing stored is still to come into it. */
async function settled(
  client: pg.Client,
  running: readonly C4gtProcess[],
  onLook: DrainOptions['onLook'],
): Promise<void> {
  const hasBatches = await value<boolean>(client, `select to_regclass('c4gt.batches') is not null`);
  const packed = hasBatches ? 'or exists (select from c4gt.batches where not unpacked)' : '';
  let left = -1;
  let since = performance.now();
  while (await value<boolean>(client, `select exists (select from pgmq.q_inbox) ${packed}`)) {
    await onLook?.(client);
    await sleep(LOOK);
    if (performance.now() - since < 60_000) continue;
    const now = await value<number>(client, 'select count(*)::integer from pgmq.q_inbox');
    if (now === left) {
      const complaints = running.flatMap(({ log }) => log().slice(-3)).map((line) => JSON.stringify(line));
      throw new Error(`${now} wait, and none of them was worked off for a minute:\n${complaints.join('\n')}`);
    }
    left = now;
    since = performance.now();
  }
}

async function value<T>(client: pg.Client, sql: string): Promise<T> {
  const { rows } = await client.query<[T]>({ text: sql, rowMode: 'array' });
  const [row] = rows;
  if (row === undefined) throw new Error(`nothing came of: ${sql}`);
  return row[0];
}
