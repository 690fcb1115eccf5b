// A database with deliveries that wait to be worked off, the shipped rules in force, and what must come of them.
import { createStore } from '../../src/store/database-store.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { PostgresServer } from '../support/postgres.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { type Expected, type Mix, traffic } from './traffic.ts';

export interface Backlog {
  readonly deliveries: number;
  readonly expected: Expected;
  /** `issues.opened 10.1 %, …`: what it consists of. */
  readonly composition: string;
  /** Bytes of a body, uncompressed, on average. */
  readonly size: number;
}

/** As many as a busy listener commits together. */
const GROUP = 64;

/** Migrates the database and puts the shipped rules in force. */
export async function prepare(url: string): Promise<void> {
  const transport = openPostgres(url, { statementTimeout: 600_000 });
  await migrate(transport);
  const { version, rules } = await shippedRules();
  const store = createStore(transport);
  await store.activateRules(version, rules.length, {});
  await store.close();
}

/**
 * Stores a backlog as the listener does. The database is left as one that has been at work: with statistics.
 *
 * @param part of the traffic; another one for each backlog of a database
 */
export async function storeBacklog(url: string, mix: Mix, deliveries: number, part = 0): Promise<Backlog> {
  const transport = openPostgres(url, { statementTimeout: 600_000 });
  const store = createStore(transport);
  const { next, expected, counts } = traffic(mix, part);
  let bytes = 0;
  for (let left = deliveries; left > 0; left -= GROUP) {
    const group = Array.from({ length: Math.min(GROUP, left) }, next);
    for (const { body } of group) bytes += body.length;
    await store.receive(group);
  }
  await transport.connected((connection) => connection.execute('vacuum analyze'));
  await store.close();
  const composition = [...counts()]
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${((count / deliveries) * 100).toFixed(1)} %`)
    .join(', ');
  return { deliveries, expected: expected(), composition, size: Math.round(bytes / deliveries) };
}

/** A copy of a database that nobody is connected to, under a name of its own. */
export async function copy(postgres: PostgresServer, template: string): Promise<string> {
  return await postgres.createDatabase(undefined, template);
}
