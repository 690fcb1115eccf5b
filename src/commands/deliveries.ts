// `c4gt deliveries`: what GitHub sent and what became of it, straight from the store.
import { printable } from '../printable.ts';
import { isGuid } from '../store/guid.ts';
import type { DeliverySummary } from '../store/reading.ts';
import { limitOf, withStore } from './listing.ts';
import { UsageError } from './usage-error.ts';

export async function listDeliveries(options: {
  state?: string;
  event?: string;
  limit: string;
  format: string;
}): Promise<void> {
  const limit = limitOf(options.limit);
  const { state, event } = options;
  const query = { limit, ...(state === undefined ? {} : { state }), ...(event === undefined ? {} : { event }) };
  const found = await withStore((store) => store.deliveries(query));
  process.stdout.write(options.format === 'json' ? `${JSON.stringify(found, null, 2)}\n` : found.map(row).join(''));
}

export async function showDelivery(guid: string): Promise<void> {
  checkGuid(guid);
  const found = await withStore((store) => store.delivery(guid));
  if (found === null) throw new Error(`there is no delivery ${guid}`);
  const { body, ...summary } = found;
  const about = Object.entries(summary).map(([name, value]) => `${name}: ${printable(String(value ?? '-'))}\n`);
  process.stdout.write(`${about.join('')}\n${body === null ? '(its body was pruned)' : readable(body)}\n`);
}

export async function retryDeliveries(guid: string | undefined, dead: boolean): Promise<void> {
  if ((guid === undefined) !== dead)
    throw new UsageError('name one delivery by its GUID, or --dead for every dead one');
  if (guid !== undefined) checkGuid(guid);
  const { count, left } = await withStore(async (store) => {
    const count = await store.retry(guid ?? null);
    if (guid === undefined) return { count, left: (await store.counts()).dead };
    if (count === 0) throw new Error(whyNot(guid, await store.delivery(guid)));
    return { count, left: 0 };
  });
  process.stdout.write(`${counted(count)} will be worked off again\n`);
  if (left > 0) process.stdout.write(`${counted(left)} will not: what was pruned cannot be decided again\n`);
}

/** Why a delivery was not queued again. */
function whyNot(guid: string, found: DeliverySummary | null): string {
  if (found === null) return `there is no delivery ${guid}`;
  if (found.pruned) return `the delivery ${guid} cannot be decided again: its body was pruned`;
  return `the delivery ${guid} is waiting to be worked off already`;
}

function counted(count: number): string {
  return count === 1 ? '1 delivery' : `${count} deliveries`;
}

function checkGuid(guid: string): void {
  if (!isGuid(guid)) throw new UsageError(`${guid} is no GUID of a delivery`);
}

function row({ received_at, guid, event, state, attempts, reason, pruned }: DeliverySummary): string {
  const tries = `${attempts > 1 ? ` (${attempts} tries)` : ''}${pruned ? ' (its body was pruned)' : ''}`;
  const why = reason === null ? '' : `: ${printable(reason).replaceAll('\n', ' ')}`;
  return `${received_at}  ${guid}  ${state.padEnd(9)}  ${event}${tries}${why}\n`;
}

/** Pretty when it is JSON, as it is otherwise. */
function readable(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8');
  try {
    return printable(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return printable(text);
  }
}
