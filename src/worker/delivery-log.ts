// GitHub's delivery log, drawn together: of each delivery how often GitHub tried to bring it, and what is to be done about
// those that are not here.
import type { LoggedDelivery } from '../github/deliveries.ts';

/** One delivery, over all the attempts at it that the log shows. */
export interface Tried {
  readonly guid: string;
  readonly event: string;
  readonly installation: number | null;
  attempts: number;
  /** Milliseconds since 1970, of the first and the last attempt. */
  first: number;
  last: number;
  /** GitHub's number of the last attempt. */
  lastId: string;
}

export interface Judged {
  /** Of what is missing, that which GitHub may be asked to bring again, the oldest first. */
  readonly again: readonly Tried[];
  /** That which was tried a moment ago, and may still be on its way. */
  readonly recent: readonly Tried[];
  /** That which was tried too often in vain. */
  readonly lost: readonly Tried[];
}

/** An attempt takes 10 s at most, and shows in the log a little later. */
export const RECENT = 2 * 60_000;
/** What we could not take in five times, we cannot take. */
const MOST_ATTEMPTS = 5;

/** Adds a page of the log. */
export function gather(tried: Map<string, Tried>, page: readonly LoggedDelivery[]): void {
  for (const { id, guid, event, delivered_at, installation_id: installation } of page) {
    const at = Date.parse(delivered_at);
    const known = tried.get(guid);
    if (known === undefined) {
      tried.set(guid, { guid, event, installation, attempts: 1, first: at, last: at, lastId: id });
      continue;
    }
    known.attempts += 1;
    known.first = Math.min(known.first, at);
    // Numbers grow: of one second it is the larger one.
    if (at > known.last || (at === known.last && BigInt(id) > BigInt(known.lastId))) known.lastId = id;
    known.last = Math.max(known.last, at);
  }
}

/** @param lacking those that are not here, whatever GitHub thinks of having delivered */
export function judge(lacking: readonly Tried[], now: Date): Judged {
  const recent = lacking.filter(({ last }) => last > now.getTime() - RECENT);
  const older = lacking.filter(({ last }) => last <= now.getTime() - RECENT);
  return {
    recent,
    again: older.filter(({ attempts }) => attempts < MOST_ATTEMPTS).sort((one, other) => one.first - other.first),
    lost: older.filter(({ attempts }) => attempts >= MOST_ATTEMPTS),
  };
}
