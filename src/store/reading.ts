// What the store tells whoever looks: what came and what became of it, tickets, points, and the reason for each.
import type { Json } from './json.ts';

export interface TicketQuery {
  readonly organisation?: string;
  readonly repository?: string;
  readonly domain?: string;
  readonly skill?: string;
  readonly category?: string;
  readonly complexity?: string;
  readonly status?: string;
  readonly min_points?: number;
  readonly max_points?: number;
  /** Words, each of which must appear somewhere in the ticket's text. */
  readonly search?: string;
  /** A column, descending with a leading `-`. */
  readonly sort?: string;
  readonly limit: number;
  readonly offset: number;
}

export interface DeliveryQuery {
  readonly state?: string;
  readonly event?: string;
  readonly limit: number;
  /** Only deliveries with a smaller id, for paging. */
  readonly before?: number;
}

export interface DeliverySummary {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly state: 'pending' | 'processed' | 'ignored' | 'dead';
  readonly reason: string | null;
  readonly attempts: number;
  readonly received_at: string;
  readonly finished_at: string | null;
  /** Whether its body is not kept any more. */
  readonly pruned: boolean;
}

export interface Counts {
  readonly received: number;
  readonly pending: number;
  readonly processed: number;
  readonly ignored: number;
  readonly dead: number;
  /** When the delivery that has waited longest came, ISO 8601; null when none is pending. */
  readonly waiting_since: string | null;
  /** Subjects to decide again because something they rest on, or the rules, changed: due, or given up. */
  readonly subjects: { readonly pending: number; readonly dead: number };
  /** Of the outbox, and `parked`: waiting for room under their rules' limits. */
  readonly effects: {
    readonly pending: number;
    readonly dead: number;
    readonly skipped: number;
    readonly parked: number;
  };
  readonly rules: { readonly version: string | null; readonly count: number };
}

export interface ReadingStore {
  counts(): Promise<Counts>;
  deliveries(query: DeliveryQuery): Promise<DeliverySummary[]>;
  /** With its body; null when that was pruned. */
  delivery(guid: string): Promise<(DeliverySummary & { readonly body: Uint8Array | null }) | null>;
  tickets(query: TicketQuery): Promise<{ tickets: Json[]; total: number }>;
  leaderboard(limit: number, offset: number): Promise<{ entries: Json[]; total: number }>;
  contributor(login: string): Promise<Json | null>;
  why(repository: string, number: number): Promise<Json[] | null>;
}
