// What a replay reads, over any transport.
import type { LookedUp } from '../facts/looked-up.ts';
import { createReadBodies, type FoundBody, placeOf } from './read-bodies.ts';
import type { Cause, PrunedPage, ReplayStore, StoredDelivery, SubjectStandings, Turn } from './replay.ts';
import { integerOf, rowsOf, textOf } from './rows.ts';
import type { Transport } from './transport.ts';

export function createReplay(transport: Transport): ReplayStore {
  const readBodies = createReadBodies(transport);
  return {
    async storedDeliveries(after, quantity) {
      const rows = rowsOf(await transport.call('read_stored_deliveries', { after, quantity }));
      const bodies = await readBodies(rows.map(placeOf));
      return rows.map((row, index) => readDelivery(row, bodies[index] ?? null));
    },

    async lookupsOf(subject) {
      return ((await transport.call('read_lookups', { subject })) as LookedUp | null) ?? {};
    },

    async turns() {
      return (await transport.call('read_turns', {})) as Turn[];
    },

    async ruleFiles(version) {
      return (await transport.call('read_rule_files', { version })) as Record<string, string> | null;
    },

    async standings(repository, number, quantity) {
      return (await transport.call('read_standings', { repository, number, quantity })) as SubjectStandings[];
    },

    async prunedSubjects(repository, number, quantity) {
      return (await transport.call('read_pruned_subjects', { repository, number, quantity })) as PrunedPage;
    },

    async cause(decision) {
      return (await transport.call('read_cause', { decision })) as Cause | null;
    },
  };
}

/** Throws when the body cannot be unpacked. */
function readDelivery(row: Readonly<Record<string, unknown>>, body: FoundBody): StoredDelivery {
  const { lookups, reason, finished_at: finished } = row;
  if (body instanceof Error) throw body;
  return {
    id: integerOf(row, 'id'),
    guid: textOf(row, 'guid'),
    event: textOf(row, 'event'),
    state: textOf(row, 'state') as StoredDelivery['state'],
    reason: typeof reason === 'string' ? reason : null,
    receivedAt: timeOf(row['received_at']),
    finishedAt: finished === null ? null : timeOf(finished),
    lookups: (lookups as LookedUp | null | undefined) ?? null,
    body,
  };
}

/** A timestamptz: drivers make a Date of it, JSON a text. */
function timeOf(value: unknown): Date {
  return value instanceof Date ? value : new Date(String(value));
}
