// The store's port: every state change and every read is one SQL function, called by name over any transport.
import type { Contributor } from '../facts/contributor.ts';
import type { Knowledge } from '../facts/knowledge.ts';
import type { KeptLookups, LookedUp } from '../facts/looked-up.ts';
import type { CoverageStore } from './coverage.ts';
import type { Json } from './json.ts';
import type { LedgerStore } from './ledger.ts';
import type { InstallationState, Medium, Outbox } from './outbox.ts';
import type { ReadingStore } from './reading.ts';
import type { ReplayStore } from './replay.ts';
import type { RetentionStore } from './retention.ts';

export type { Json } from './json.ts';

/** The database could not be reached or could not commit: nothing happened that was promised, try again later. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}

/** The transaction was undone for another's sake, as in a deadlock: made again at once, it may well succeed. */
export class StoreContended extends StoreUnavailable {
  override name = 'StoreContended';
}

/** A delivery as the listener has verified it; the body is untouched. */
export interface IncomingDelivery {
  readonly guid: string;
  readonly event: string;
  readonly body: Uint8Array;
}

/** A delivery to process, or, without one, a subject to decide again because something it rests on changed. */
export interface Work {
  /** The queue's number of this message, and how often it has been claimed (1 the first time). */
  readonly message: number;
  readonly attempt: number;
  /** How often a try of a subject's work has failed; 0 for a delivery, which keeps count itself. */
  readonly failures: number;
  readonly delivery: {
    readonly id: number;
    readonly guid: string;
    readonly event: string;
    readonly body: Uint8Array;
  } | null;
  /** Subject key, for work without a delivery. */
  readonly subject: string | null;
  /** What happened to that subject, or null when it is only to be decided again. */
  readonly occasion: Occasion | null;
}

/** An event of our own, about one subject. */
export interface Occasion {
  /** `schedule.daily`, `contributor`. */
  readonly event: string;
  /** Tells one happening from the next: the day, the contributor's version. */
  readonly occurrence: string;
}

/** An effect that stands, happened, or did once: what a rule's action came to for one target. */
export interface StoredEffect {
  readonly key: string;
  readonly rule: string;
  readonly action: string;
  readonly params: Json;
  /** `parked`: wanted, and waiting because its rule has reached its limit. */
  readonly state: 'standing' | 'happened' | 'withdrawn' | 'parked';
}

/** What we know of a subject, with the version that a commit must name. An unknown subject has version 0. */
export interface StoredSubject {
  /** As it was asked for: a key or an address. */
  readonly key: string;
  readonly version: number;
  readonly knowledge: Knowledge | null;
  readonly effects: readonly StoredEffect[];
  /** Of a contributor's subject, whose key is `0/` and the account's number; else null. */
  readonly contributor: Contributor | null;
  /** What GitHub answered about it. */
  readonly lookups: KeptLookups | null;
  /** The App's installation that has its repository; null where none is known. */
  readonly installation: { readonly id: number; readonly state: InstallationState } | null;
}

/** What there is to know of a subject that we do not know. */
export const UNKNOWN = {
  version: 0,
  knowledge: null,
  effects: [],
  contributor: null,
  lookups: null,
  installation: null,
} as const satisfies Omit<StoredSubject, 'key'>;

/** A line to append to the ledger for an effect that now stands. */
export interface LedgerLine {
  readonly effect: string;
  readonly contributor: { readonly id: number; readonly login: string };
  readonly points: number;
  readonly rule: string;
  readonly reason: string;
  readonly url: string;
}

/** A row of the public list. */
export interface TicketRow {
  readonly effect: string;
  readonly repository: string;
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly organisation: string | null;
  readonly product: string | null;
  readonly domain: string | null;
  readonly category: readonly string[];
  readonly skills: readonly string[];
  readonly complexity: string | null;
  readonly points: number | null;
  readonly mentors: readonly string[];
  readonly assignees: readonly string[];
  readonly status: 'open' | 'assigned' | 'closed';
  readonly created_at: string;
  readonly closed_at: string | null;
  readonly private: boolean;
}

/** Everything one decision changes, committed together or not at all, with the queue's acknowledgement. */
export interface Commit {
  readonly message: number;
  /** The delivery that caused it, or null when the subject is decided again. */
  readonly delivery: number | null;
  /** `issues.labeled`, or `decided again`. */
  readonly event: string;
  readonly rulesVersion: string;
  readonly subject: {
    readonly key: string;
    readonly kind: string;
    readonly repositoryId: number;
    readonly number: number;
    readonly repository: string;
    /** Of a repository that is private, or was deleted: nobody outside is told of it. */
    readonly private: boolean;
    /** The version the decision was made on. */
    readonly version: number;
    /** The new knowledge, or null when the event taught nothing new. */
    readonly knowledge: Knowledge | null;
    /** What GitHub answered about it, or null when that is as it was. */
    readonly lookups: KeptLookups | null;
  };
  /** Other subjects the decision rests on, by key or by address, at the versions it saw. */
  readonly consulted: readonly { readonly key: string; readonly version: number }[];
  /** What each rule came to, for `why`; null where nothing was decided. */
  readonly trace: Json | null;
  /** What was looked up for it. */
  readonly lookups: LookedUp;
  /** Why nothing was decided. */
  readonly reason: string | null;
  readonly effects: readonly StoredEffect[];
  /** Those of the effects that are to be seen outside. */
  readonly outward: readonly { readonly effect: string; readonly medium: Medium }[];
  /** The App's installation that the delivery came through; null when it does not say, or there is no delivery. */
  readonly installation: number | null;
  readonly awards: readonly LedgerLine[];
  /** Effects whose standing award is reversed, with the reason. */
  readonly reversals: readonly { readonly effect: string; readonly reason: string }[];
  readonly listed: readonly TicketRow[];
  /** Effects whose ticket leaves the list. */
  readonly unlisted: readonly string[];
  readonly badges: readonly BadgeRow[];
  /** Effects whose badge is taken back. */
  readonly unbadged: readonly string[];
  /** Of the rules with effects here, those with limits: what goes over is parked, and decided again when there is room. */
  readonly limits: readonly { readonly rule: string; readonly perHour?: number; readonly perDay?: number }[];
}

/** A badge that a contributor has. */
export interface BadgeRow {
  readonly effect: string;
  readonly contributor: { readonly id: number; readonly login: string };
  readonly badge: string;
}

/**
 * `conflict`: the subject, or one it rests on, has changed since it was read: read again and decide again.
 * `other rules`: another version of the rules is active; this process is out of date.
 */
export type CommitResult = 'committed' | 'conflict' | 'other rules';

/** Everything the application asks of its database. Each method is one SQL function, and so one transaction. */
export interface Store extends Outbox, CoverageStore, LedgerStore, ReplayStore, RetentionStore, ReadingStore {
  /** Stores deliveries, durably once resolved. One already known by its GUID is found out, and queued no second time, later. */
  receive(deliveries: readonly IncomingDelivery[]): Promise<void>;
  /** Takes up to `quantity` pieces of work and hides them from other workers for `visibility` seconds. */
  claim(quantity: number, visibility: number): Promise<Work[]>;
  /** Hides claimed work for another `visibility` seconds from now, while somebody is at it. */
  extend(works: readonly Work[], visibility: number): Promise<void>;
  /** Makes everything claimed claimable at once; only for a store that no other process can be using. */
  releaseClaims(): Promise<void>;
  /** Reads subjects in the order asked for, each by its key, `123/45`, or by its address, `owner/name#45`. */
  subjects(keys: readonly string[]): Promise<StoredSubject[]>;
  /**
   * Commits decisions in one transaction, each of them all or nothing by itself, and returns what became of each, in
   * their order. Of those that share a subject only the first is made.
   */
  commitAll(commits: readonly Commit[]): Promise<CommitResult[]>;
  /** The same for one. */
  commit(commit: Commit): Promise<CommitResult>;
  /** Ends a piece of work that decided nothing. */
  finish(work: Work, state: 'processed' | 'ignored', reason: string | null): Promise<void>;
  /** Says that a try begins, and returns the how manyth it is; a process that dies may have claimed, and not begun. */
  begin(work: Work): Promise<number>;
  /** Makes the work claimable again after `seconds`; uncounted when the try was not the work's to fail. */
  postpone(work: Work, seconds: number, reason: string, counting?: 'counted' | 'uncounted'): Promise<void>;
  /** Ends the work as a dead letter; `retry` brings it back. */
  bury(work: Work, reason: string): Promise<void>;
  /** Records a rule set as the active one and queues every subject it may decide differently. */
  activateRules(version: string, count: number, source: Json): Promise<void>;
  /**
   * Tells every issue and pull request that the day, `2026-11-23` in UTC, has begun: once, whoever asks. Returns how
   * many were told.
   */
  beginDay(day: string): Promise<number>;
  /** Version of the active rule set, or null before any was activated. */
  activeRules(): Promise<string | null>;
  /** Queues deliveries again: the one with this GUID, or everything dead. Returns how many deliveries. */
  retry(guid: string | null): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
