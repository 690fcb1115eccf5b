// What a replay reads, over any transport.
import type { LookedUp } from '../facts/looked-up.ts';
import { decompressBody } from './body.ts';
import type { Cause, ReplayStore, StoredDelivery, SubjectStandings, Turn } from './replay.ts';
import { bytesOf, integerOf, rowsOf, textOf } from './rows.ts';
import type { Transport } from './store.ts';

export function createReplay(transport: Transport): ReplayStore {
  return {
    async storedDeliveries(after, quantity) {
      return rowsOf(await transport.call('read_stored_deliveries', { after, quantity })).map(readDelivery);
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

    async cause(decision) {
      return (await transport.call('read_cause', { decision })) as Cause | null;
    },
  };
}

function readDelivery(row: Readonly<Record<string, unknown>>): StoredDelivery {
  const { lookups, body, reason, finished_at: finished } = row;
  return {
    id: integerOf(row, 'id'),
    guid: textOf(row, 'guid'),
    event: textOf(row, 'event'),
    state: textOf(row, 'state') as StoredDelivery['state'],
    reason: typeof reason === 'string' ? reason : null,
    receivedAt: timeOf(row['received_at']),
    finishedAt: finished === null ? null : timeOf(finished),
    lookups: (lookups as LookedUp | null | undefined) ?? null,
    body: body === null ? null : decompressBody(bytesOf(row, 'body')),
  };
}

/** A timestamptz: drivers make a Date of it, JSON a text. */
function timeOf(value: unknown): Date {
  return value instanceof Date ? value : new Date(String(value));
}
