// The part of the store's port that a replay reads: what came, when what decided changed, and what stands.
import type { LookedUp } from '../facts/looked-up.ts';
import type { Json } from './json.ts';

/** A delivery as it was stored, and what became of it. */
export interface StoredDelivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly state: 'pending' | 'processed' | 'ignored' | 'dead';
  readonly reason: string | null;
  readonly receivedAt: Date;
  readonly finishedAt: Date | null;
  /** What was looked up for its decision; null when it led to none. */
  readonly lookups: LookedUp | null;
  /** Null when it was pruned. */
  readonly body: Uint8Array | null;
}

/** Other rules came into force, or a day began; the other one is null. */
export interface Turn {
  readonly at: string;
  readonly rules: string | null;
  readonly day: string | null;
}

/** Something that stands: net points, a ticket's row, a badge's name. */
export interface Standing {
  readonly rule: string;
  readonly contributor?: number;
  readonly value: Json;
  /** The last that changed it. */
  readonly decision: number;
}

export interface SubjectStandings {
  readonly repository: number;
  readonly number: number;
  /** `owner/name#12`, `contributor 583231`. */
  readonly name: string;
  /** Of a contributor. */
  readonly total: number | null;
  readonly points: readonly Standing[];
  readonly tickets: readonly Standing[];
  readonly badges: readonly Standing[];
  /** Rules of which something waits for room under their limits. */
  readonly parked: readonly string[];
  /** Deliveries about it, or about other issues that it rests on, have lost their bodies. */
  readonly pruned: boolean;
  /** Deliveries about its repository have. */
  readonly repositoryPruned: boolean;
}

/** A subject of which deliveries have lost their bodies. */
export interface PrunedSubject {
  readonly repository: number;
  readonly number: number;
  /** Of its repository, `owner/name`. */
  readonly name: string;
  readonly private: boolean;
}

export interface PrunedPage {
  readonly subjects: readonly PrunedSubject[];
  /** The last subject that was looked at; null when there were none. */
  readonly next: { readonly repository: number; readonly number: number } | null;
}

export interface Cause {
  /** GUID; null when the subject was decided again. */
  readonly delivery: string | null;
  readonly event: string;
  readonly rulesVersion: string;
  readonly at: string;
}

export interface ReplayStore {
  /** The next deliveries after one, as many as are read easily at once. */
  storedDeliveries(after: number, quantity: number): Promise<StoredDelivery[]>;
  /** What was looked up for the newest decision on a subject. */
  lookupsOf(subject: string): Promise<LookedUp>;
  turns(): Promise<Turn[]>;
  /** Texts of a rule set by path; null when it was never active. */
  ruleFiles(version: string): Promise<Readonly<Record<string, string>> | null>;
  /** The next subjects after one, by repository, then number. */
  standings(repository: number, number: number, quantity: number): Promise<SubjectStandings[]>;
  /** Of the next subjects after one, in the same order, those of which deliveries have lost their bodies. */
  prunedSubjects(repository: number, number: number, quantity: number): Promise<PrunedPage>;
  cause(decision: number): Promise<Cause | null>;
}
