// The inbox over any transport: what is received, handed out, and how each piece of work ends.
import { clean } from './arguments.ts';
import { MAX_BODY_BYTES } from './body.ts';
import { isGuid } from './guid.ts';
import { packDeliveries } from './pack-deliveries.ts';
import { type FoundBody, isDelivery, placeOf, type ReadBodies } from './read-bodies.ts';
import { integerOf, rowsOf, textOf } from './rows.ts';
import type { Store, Work } from './store.ts';
import type { Transport } from './transport.ts';

type Inbox = Pick<
  Store,
  'receive' | 'claim' | 'extend' | 'releaseClaims' | 'finish' | 'begin' | 'postpone' | 'bury' | 'retry'
>;

export function createInbox(transport: Pick<Transport, 'call'>, readBodies: ReadBodies): Inbox {
  /** What was claimed, with its bodies; without what is too much at once, or cannot be read. */
  async function worksOf(claimed: readonly Record<string, unknown>[]): Promise<Work[]> {
    const rows = claimed.slice(0, manageable(claimed));
    // What is too much at once is given back; whoever claims next may take it.
    for (const row of claimed.slice(rows.length)) {
      const reason = 'it comes with others that are too large together';
      await transport.call('postpone_work', { ...identify(row), seconds: 0, reason, counted: false });
    }
    const bodies = (await readBodies(rows.filter(isDelivery).map(placeOf))).values();
    const works: Work[] = [];
    for (const row of rows) {
      try {
        works.push(readWork(row, isDelivery(row) ? bodies.next().value : null));
      } catch (error) {
        // Unreadable here, unreadable everywhere: kept out of the way of the work claimed with it.
        const reason = `The stored delivery cannot be read: ${error}`;
        await transport.call('bury_work', { ...identify(row), subject: null, reason });
      }
    }
    return works;
  }

  return {
    async receive(deliveries) {
      if (deliveries.length > 0) await transport.call('receive_deliveries', await packDeliveries(deliveries));
    },

    async claim(quantity, visibility) {
      const rows = rowsOf(await transport.call('claim_work', { quantity, visibility }));
      try {
        return await worksOf(rows);
      } catch (error) {
        // Nobody is at it: given back at once if that can be done, and else when the claim ends.
        const messages = rows.map((row) => integerOf(row, 'message'));
        await transport.call('extend_work', { messages, visibility: 0 }).catch(() => undefined);
        throw error;
      }
    },

    async extend(works, visibility) {
      await transport.call('extend_work', { messages: works.map(({ message }) => message), visibility });
    },

    async releaseClaims() {
      await transport.call('release_claims', {});
    },

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
        : Number(await transport.call('begin_work', { delivery: work.delivery.id }));
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

    async retry(guid) {
      return guid === null || isGuid(guid) ? Number(await transport.call('retry_deliveries', { guid })) : 0;
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
