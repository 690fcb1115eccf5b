// The transport to any Postgres: two pools that outlive the server's restarts, one of them for acknowledging alone.
import { createHash } from 'node:crypto';
import pg from 'pg';
import { asStoreError } from './failures.ts';
import type { Migratable } from './migrate.ts';
import { namedCall, returned } from './named-call.ts';
import type { Transport } from './transport.ts';

export interface PostgresOptions {
  /** Connections at most, for all but storing what is delivered, which has its own: {@link ACKNOWLEDGING}. */
  readonly connections?: number;
  /** Milliseconds to wait for a connection. GitHub gives us 10 s to answer, so this must leave time to say 503. */
  readonly connectTimeout?: number;
  /** Milliseconds a statement may take. */
  readonly statementTimeout?: number;
}

/** What GitHub waits for. */
const RECEIVE = 'receive_deliveries';

/**
 * Connections that only acknowledging uses, as many as there are commits at once (src/listener/limits.ts): whatever readers
 * and workers do, it never waits for one of them to finish. With the others' eight, ten for each process.
 */
const ACKNOWLEDGING = 2;

/** A Postgres by its URL. Connects when first called; throws StoreUnavailable while it cannot. */
export function openPostgres(url: string, options: PostgresOptions = {}): Transport & Migratable {
  const { connections = 8, connectTimeout = 4_000, statementTimeout = 30_000 } = options;
  const poolOf = (max: number): pg.Pool => {
    const pool = new pg.Pool({
      connectionString: url,
      max,
      connectionTimeoutMillis: connectTimeout,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      application_name: 'c4gt',
      // Set by a statement: connection poolers refuse it among the connection's parameters.
      onConnect: async (client) => {
        await client.query(`set statement_timeout = ${Math.trunc(statementTimeout)}`);
      },
      // The server answers within the statement timeout or not at all.
      query_timeout: statementTimeout + 5_000,
    });
    // A connection that breaks while idle leaves the pool by itself; unheard, its error would end the process.
    return pool.on('error', () => undefined);
  };
  const acknowledging = poolOf(ACKNOWLEDGING);
  const others = poolOf(connections);
  // Prepared once on each connection, a call is not parsed and planned again each time, which takes Postgres longer than
  // many a call. Where a pooler gives each statement another connection, it is found out by the first that is not known
  // there, and no more are prepared.
  let isPreparing = true;

  return {
    async call(name, args) {
      const query = { ...namedCall(name, args), query_timeout: PATIENCE[name] };
      const { text } = query;
      const pool = name === RECEIVE ? acknowledging : others;
      const prepared = isPreparing ? { name: statementName(text) } : {};
      try {
        return returned(name, await pool.query<Record<string, unknown>>({ ...query, ...prepared }));
      } catch (error) {
        if (!isPreparing || !lostStatement(error)) throw asStoreError(error);
        isPreparing = false;
      }
      try {
        return returned(name, await pool.query<Record<string, unknown>>(query));
      } catch (error) {
        throw asStoreError(error);
      }
    },

    async connected(use) {
      const client = await others.connect().catch((error: unknown) => {
        throw asStoreError(error);
      });
      // What breaks the connection fails the statement at work too, which is where it is dealt with.
      client.on('error', () => undefined);
      try {
        return await use({
          async execute(sql) {
            try {
              // Several statements in one text give one result each.
              const results = [await client.query<Record<string, unknown>>({ text: sql })].flat();
              return results.at(-1)?.rows ?? [];
            } catch (error) {
              throw asStoreError(error);
            }
          },
        });
      } finally {
        // Not given back to the pool: `use` may have left settings behind.
        client.release(true);
      }
    },

    async close() {
      await Promise.all([acknowledging.end(), others.end()]);
    },
  };
}

/**
 * Milliseconds after which an answer that has not come is of no use, where that is sooner than for others: the listener has
 * 9 s. On a network that has gone silent a connection that nobody gives up is one that nobody else can use.
 */
const PATIENCE: Readonly<Record<string, number>> = { [RECEIVE]: 8_000 };

/** Of a text, and of no other: behind a pooler, somebody else's statement may be found under a name. */
function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `c4gt_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    names.set(text, name);
  }
  return name;
}

/** As many as there are functions, and sets of their arguments. */
const names = new Map<string, string>();

/**
 * Whether a statement is not there, or there already, or was prepared when its function returned something else. In each
 * case nothing was executed. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function lostStatement(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  const { code, message } = error;
  return code === '26000' || code === '42P05' || (code === '0A000' && message.includes('cached plan'));
}
