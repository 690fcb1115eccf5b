// The store over any transport: each method calls the SQL function that does it, and reads what comes back.
import { clean, json } from './arguments.ts';
import { createCoverage } from './database-coverage.ts';
import { createInbox } from './database-inbox.ts';
import { createLedger } from './database-ledger.ts';
import { createOutbox } from './database-outbox.ts';
import { createReplay } from './database-replay.ts';
import { isGuid } from './guid.ts';
import { createReadBodies, placeOf } from './read-bodies.ts';
import type { Counts, DeliverySummary } from './reading.ts';
import type { Pruned } from './retention.ts';
import { rowsOf } from './rows.ts';
import { type Commit, type CommitResult, type Json, type Store, type StoredSubject, UNKNOWN } from './store.ts';
import type { Transport } from './transport.ts';

/** A {@link Store} on a migrated database. Closing it closes the transport. */
export function createStore(transport: Transport): Store {
  /** The value of a function that returns one scalar. Its shape is the migration's promise, kept by the store's tests. */
  async function scalar<T>(name: string, args: Parameters<Transport['call']>[1] = {}): Promise<T> {
    return (await transport.call(name, args)) as T;
  }

  async function commitAll(commits: readonly Commit[]): Promise<CommitResult[]> {
    return await scalar<CommitResult[]>('commit_decisions', { commits: commits.map(json) });
  }

  const readBodies = createReadBodies(transport);

  return {
    ...createInbox(transport, readBodies),
    ...createOutbox(scalar),
    ...createCoverage(scalar),
    ...createLedger(scalar),
    ...createReplay(transport),

    async subjects(keys) {
      const known = new Map(
        (await scalar<StoredSubject[]>('load_subjects', { keys: [...keys] })).map((subject) => [subject.key, subject]),
      );
      return keys.map((key) => known.get(key) ?? { key, ...UNKNOWN });
    },

    async commit(commit) {
      const [result] = await commitAll([commit]);
      if (result === undefined) throw new Error('the store did not say what became of a decision');
      return result;
    },

    commitAll,

    async activateRules(version, count, source) {
      await transport.call('activate_rules', { rules: { version, count, source } });
    },

    async beginDay(day) {
      return await scalar<number>('begin_day', { day });
    },

    async activeRules() {
      return (await scalar<string | null | undefined>('read_active_rules')) ?? null;
    },

    async counts() {
      return await scalar<Counts>('read_counts');
    },

    async deliveries(query) {
      return await scalar<DeliverySummary[]>('list_deliveries', { query: json(query) });
    },

    async delivery(guid) {
      const [row] = isGuid(guid) ? rowsOf(await transport.call('show_delivery', { guid })) : [];
      if (row === undefined) return null;
      const [body] = await readBodies([placeOf(row)]);
      if (body instanceof Error) throw body;
      return { ...(row['summary'] as DeliverySummary), body: body ?? null };
    },

    async tickets(query) {
      return await scalar<{ tickets: Json[]; total: number }>('list_tickets', { query: json(query) });
    },

    async leaderboard(limit, offset) {
      return await scalar<{ entries: Json[]; total: number }>('read_leaderboard', { quantity: limit, skipped: offset });
    },

    async contributor(login) {
      return (await scalar<Json | undefined>('show_contributor', { login: clean(login) })) ?? null;
    },

    async why(repository, number) {
      return (await scalar<Json[] | undefined>('explain_subject', { repository: clean(repository), number })) ?? null;
    },

    async prune(terms) {
      return (await scalar<Pruned | undefined>('prune_bodies', { terms: { ...terms } })) ?? null;
    },

    async ping() {
      await transport.call('ping', {});
    },

    async close() {
      await transport.close();
    },
  };
}
