// The store over any transport: each method calls the SQL function that does it, and reads what comes back.
import { clean, json } from './arguments.ts';
import { MAX_BODY_BYTES } from './body.ts';
import { createCoverage } from './database-coverage.ts';
import { createLedger } from './database-ledger.ts';
import { createOutbox } from './database-outbox.ts';
import { createReplay } from './database-replay.ts';
import { packDeliveries } from './pack-deliveries.ts';
import { createReadBodies, type FoundBody, isDelivery, placeOf } from './read-bodies.ts';
import type { Pruned } from './retention.ts';
import { integerOf, rowsOf, textOf } from './rows.ts';
import {
  type Commit,
  type CommitResult,
  type Counts,
  type DeliverySummary,
  type Json,
  type Store,
  type StoredSubject,
  type Transport,
  UNKNOWN,
  type Work,
} from './store.ts';

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
    ...createOutbox(scalar),
    ...createCoverage(scalar),
    ...createLedger(scalar),
    ...createReplay(transport),

    async receive(deliveries) {
      if (deliveries.length > 0) await transport.call('receive_deliveries', await packDeliveries(deliveries));
    },

    async claim(quantity, visibility) {
      const claimedRows = rowsOf(await transport.call('claim_work', { quantity, visibility }));
      const rows = claimedRows.slice(0, manageable(claimedRows));
      // What is too much at once is given back; whoever claims next may take it.
      for (const row of claimedRows.slice(rows.length)) {
        const reason = 'it comes with others that are too large together';
        await transport.call('postpone_work', { ...identify(row), seconds: 0, reason, counted: false });
      }
      const bodies = (await readBodies(rows.filter(isDelivery).map(placeOf))).values();
      const claimed: Work[] = [];
      for (const row of rows) {
        try {
          claimed.push(readWork(row, isDelivery(row) ? bodies.next().value : null));
        } catch (error) {
          // Unreadable here, unreadable everywhere: kept out of the way of the work claimed with it.
          const reason = `The stored delivery cannot be read: ${error}`;
          await transport.call('bury_work', { ...identify(row), subject: null, reason });
        }
      }
      return claimed;
    },

    async extend(works, visibility) {
      await transport.call('extend_work', { messages: works.map(({ message }) => message), visibility });
    },

    async releaseClaims() {
      await transport.call('release_claims', {});
    },

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

    async finish(work, state, reason) {
      await transport.call('finish_work', {
        ...reference(work),
        state,
        reason: reason === null ? null : clean(reason),
      });
    },

    async begin(work) {
      return work.delivery === null
        ? work.failures + 1
        : await scalar<number>('begin_work', { delivery: work.delivery.id });
    },

    async postpone(work, seconds, reason, counting = 'counted') {
      // Whole seconds is what every version of pgmq can postpone by.
      await transport.call('postpone_work', {
        ...reference(work),
        seconds: Math.ceil(seconds),
        reason: clean(reason),
        counted: counting === 'counted',
      });
    },

    async bury(work, reason) {
      await transport.call('bury_work', { ...reference(work), subject: work.subject, reason: clean(reason) });
    },

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

    async retry(guid) {
      return guid === null || isGuid(guid) ? await scalar<number>('retry_deliveries', { guid }) : 0;
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

/** Throws when the delivery cannot be read. */
function readWork(row: Record<string, unknown>, body: FoundBody | undefined): Work {
  return {
    message: integerOf(row, 'message'),
    attempt: integerOf(row, 'attempt'),
    failures: integerOf(row, 'failures'),
    delivery: row['delivery'] === null ? null : readDelivery(row, body),
    subject: row['subject'] === null ? null : textOf(row, 'subject'),
    occasion:
      typeof row['occasion'] === 'string' ? { event: row['occasion'], occurrence: textOf(row, 'occurrence') } : null,
  };
}

function readDelivery(row: Record<string, unknown>, body: FoundBody | undefined): NonNullable<Work['delivery']> {
  const delivery = { id: integerOf(row, 'delivery'), guid: textOf(row, 'guid'), event: textOf(row, 'event') };
  if (body instanceof Error) throw body;
  if (!body) throw new Error('its body was pruned');
  return { ...delivery, body };
}

/** Bytes of bodies that are read together: two of the largest that GitHub sends, or some three thousand usual ones. */
const MOST_BYTES = 2 * MAX_BODY_BYTES;

/** How many of the first rows have bodies that can be held together; at least one. */
function manageable(rows: readonly Record<string, unknown>[]): number {
  let bytes = 0;
  const over = rows.findIndex((row, index) => {
    bytes += row['size'] === null ? 0 : integerOf(row, 'size');
    return index > 0 && bytes > MOST_BYTES;
  });
  return over === -1 ? rows.length : over;
}

/** The message of a row that cannot be read, and its delivery, if it has one. */
function identify(row: Record<string, unknown>): { message: number; delivery: number | null } {
  return { message: integerOf(row, 'message'), delivery: row['delivery'] === null ? null : integerOf(row, 'delivery') };
}

function reference(work: Work): { message: number; delivery: number | null } {
  return { message: work.message, delivery: work.delivery?.id ?? null };
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
