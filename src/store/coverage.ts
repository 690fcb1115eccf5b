// The part of the store's port that sees to it that nothing is missed: installations, what is looked through in them, and
// the sweep over GitHub's delivery log.
import type { InstallationNews } from '../models/installation.ts';
import type { Repository } from '../models/repository.ts';

/** A piece of work, as far as ending it takes. */
interface Ending {
  readonly message: number;
  readonly delivery: { readonly id: number } | null;
}

/** What was found, in the form of a delivery. */
interface FoundDelivery {
  readonly guid: string;
  readonly event: string;
  readonly body: Uint8Array;
}

/** How steps of a backfill may be claimed. */
export interface BackfillTerms {
  /** Whole seconds after which a dead process's claim ends. */
  readonly visibility: number;
  /** Requests through one installation in any hour. */
  readonly perHour: number;
  /** Pieces of work that may wait in the inbox while something is looked through. */
  readonly inbox: number;
}

/** How far the pass over a repository has come; `since` alone when it has not begun. */
export interface BackfillCursor {
  /** Null: what is open; else everything that has changed from then on, ISO 8601. */
  readonly since: string | null;
  readonly stage?: 'issues' | 'pulls' | 'singles' | 'listed' | 'absent';
  /** Of issues: from which change on the next page is. */
  readonly from?: string | null;
  readonly page?: number;
  /** Pull requests that are to be looked at one by one; or, in the end, tickets. */
  readonly numbers?: readonly number[];
  /** Tickets that were on the public list when the pass began, and that it has not seen yet. */
  readonly listed?: readonly number[];
}

/** One request to be made, in the hands of one process, together with the right to make requests in its installation. */
export interface BackfillStep {
  readonly installation: number;
  readonly lease: number;
  /** The how manyth time it is that this very step is taken. */
  readonly attempt: number;
  /** Of the installation's list of repositories; null for a step in a repository. */
  readonly page: number | null;
  readonly repository: { readonly about: Repository; readonly cursor: BackfillCursor } | null;
}

/** What came of a step. */
export type BackfillOutcome =
  | {
      readonly kind: 'listed';
      readonly repositories: readonly Repository[];
      readonly next: number | null;
      /** How many repositories GitHub says there are. */
      readonly total: number;
    }
  | {
      readonly kind: 'looked';
      /** Null when the pass is over. */
      readonly cursor: BackfillCursor | null;
    }
  | {
      readonly kind: 'failed';
      readonly final: boolean;
      readonly reason: string;
      /** Seconds until it is tried again, and for which no request is made in the installation. */
      readonly seconds: number;
      readonly pause: number;
      /** False for a step that was not tried. */
      readonly counted: boolean;
    };

export interface BackfillEnd {
  readonly repositories: number;
  readonly failed: number;
  readonly found: number;
}

/** An installation as GitHub lists it. */
export type ListedInstallation = Pick<InstallationNews, 'id' | 'account' | 'state' | 'at' | 'rank'>;

export interface Sweep {
  readonly lease: number;
  /** Up to when everything is here, ISO 8601; null when nobody knows. */
  readonly upTo: string | null;
  /** The installations that are known and not deleted. */
  readonly installations: readonly number[];
}

export interface LostDelivery {
  readonly guid: string;
  readonly event: string;
  readonly installation: number | null;
  readonly at: string;
}

export interface SweepEnd {
  readonly upTo: string;
  readonly missing: number;
  /** What GitHub could not bring us: it is asked for instead. */
  readonly lost: readonly LostDelivery[];
  /** From when on all that has changed anywhere is to be asked for; null when the log tells it all. */
  readonly since: string | null;
}

export interface Coverage {
  readonly backfill: {
    readonly repositories: number;
    readonly done: number;
    readonly failed: number;
    /** Issues and pull requests. */
    readonly found: number;
    /** Why what is to be looked through is not, for now; null when it is, or when nothing is to be. */
    readonly waiting_because: string | null;
  };
  /** Everything that GitHub wanted to tell us until then is here; null when nobody knows. */
  readonly complete_up_to: string | null;
  readonly complete: {
    readonly swept_at: string | null;
    /** Deliveries not here when the last sweep ended, and those that were given up and asked for instead. */
    readonly missing: number;
    readonly lost: number;
    /** Why there was no sweep, or why the last one failed. */
    readonly because: string | null;
  };
}

/** Each method is one SQL function, and so one transaction. */
export interface CoverageStore {
  /** Ends the work of a delivery by keeping what it told of an installation; what follows from it is looked through. */
  noteInstallation(work: Ending, news: InstallationNews): Promise<void>;
  /** The next request to be made for a backfill; null when there is none for now. */
  claimBackfill(terms: BackfillTerms): Promise<BackfillStep | null>;
  /**
   * Ends a step and stores what was found, together. `kept` is false when somebody else has taken it over. `ended` comes
   * when everything that was asked for in the installation is done.
   */
  settleBackfill(
    step: BackfillStep,
    outcome: BackfillOutcome,
    found: readonly FoundDelivery[],
  ): Promise<{ kept: boolean; ended: BackfillEnd | null }>;
  /** Numbers of those listed repositories of which anything here is taken for private that is not, or for public. */
  misjudged(listed: readonly Pick<Repository, 'id' | 'private'>[]): Promise<number[]>;
  /** Says why GitHub cannot be asked at all; null when it can. */
  noteConnection(unconnected: string | null): Promise<void>;
  /** Null while another sweep is under way, or when the last one ended less than `interval` seconds ago. */
  beginSweep(terms: { readonly visibility: number; readonly interval: number }): Promise<Sweep | null>;
  /** Keeps GitHub's list of installations; returns those that have changed, or null when the sweep has lost its lease. */
  alignInstallations(
    sweep: Sweep,
    listed: readonly ListedInstallation[],
  ): Promise<Readonly<Record<string, InstallationNews['state']>> | null>;
  /** Those of the GUIDs of which there is no delivery here. */
  lacking(guids: readonly string[]): Promise<string[]>;
  /** Returns the GUIDs that are newly lost; null when the sweep has lost its lease. */
  endSweep(sweep: Sweep, end: SweepEnd): Promise<string[] | null>;
  failSweep(sweep: Sweep, reason: string): Promise<void>;
  coverage(): Promise<Coverage>;
}

/**
 * Of what waits in the inbox while a backfill goes on. Live deliveries stand in the same queue, so it is as much as is
 * worked off in a few seconds.
 */
export const CROWDED_INBOX = 1_000;
