// The outbox's part of the store's port: what is to be seen outside, who may carry it out now, and what came of it.
import type { Json } from './json.ts';

/** Where an effect is seen. */
export type Medium = 'github' | 'discord';

/** What is wanted of an effect: that it stands, that it happens once, or that it is no longer there. */
export type Wanted = 'stand' | 'happen' | 'withdraw';

/** One effect in the hands of one worker, together with the right to write through its installation. */
export interface Claim {
  readonly id: number;
  /** Which wish was claimed; a newer one may come while it is performed. */
  readonly generation: number;
  readonly installation: number;
  readonly lease: number;
}

export interface ClaimedEffect extends Claim {
  /** The effect's own key, which is unique and stays. */
  readonly key: string;
  readonly action: string;
  readonly wanted: Wanted;
  readonly params: Json;
  /** `owner/name`. */
  readonly repository: string;
  /** Of the issue or pull request. */
  readonly number: number;
  /** The how manyth of this wish it is. */
  readonly attempt: number;
  /** How many of those before failed by a fault of ours. */
  readonly faults: number;
  /** What is visible of it, as its action wrote it down; null when nothing is. */
  readonly performed: Json;
  /** A write was begun of which nobody knows whether it happened: look before writing. */
  readonly unsure: boolean;
  /** Other effects by the same action on the same subject that are wanted. */
  readonly others: readonly { readonly key: string; readonly params: Json }[];
  /** How often in a row GitHub was away for this installation, or sent us away. */
  readonly setbacks: number;
}

/** How effects may be claimed. */
export interface Terms {
  /** Whole seconds after which a claim ends, unless it is renewed: by then a dead worker's is free. */
  readonly visibility: number;
  /** Seconds between two writes of an installation. */
  readonly gap: number;
  /** Writes of an installation in any minute, and in any hour. */
  readonly perMinute: number;
  readonly perHour: number;
  /** Writes to a subject in any hour; a fuse against rules that make one another write. */
  readonly perSubject: number;
}

/** What became of an attempt. */
export interface Outcome {
  readonly state: 'pending' | 'done' | 'skipped' | 'dead';
  readonly reason: string | null;
  readonly performed: Json;
  readonly unsure: boolean;
  /** Another effect that wants what this one leaves behind, and what it then has. */
  readonly heir: { readonly key: string; readonly performed: Json } | null;
  /** Whether a write was sent, to whatever end. */
  readonly wrote: boolean;
  /** Seconds until it is tried again, should it be pending. */
  readonly seconds: number;
  /** Seconds for which nothing is written through the installation. */
  readonly pause: number;
  /** What the installation's and the effect's counts are from now on. */
  readonly setbacks: number;
  readonly faults: number;
  /** False for an attempt that was not the effect's to fail. */
  readonly counted: boolean;
}

export interface EffectQuery {
  readonly id?: number;
  readonly state?: string;
  /** A key or an address. */
  readonly subject?: string;
  readonly limit: number;
  /** Only effects with a smaller number, for paging. */
  readonly before?: number;
}

/** An effect that is seen outside, for those who run this. */
export interface EffectSummary {
  readonly id: number;
  readonly repository: string;
  readonly number: number;
  readonly key: string;
  readonly rule: string;
  readonly action: string;
  readonly wanted: Wanted;
  readonly params: Json;
  readonly state: Outcome['state'];
  /** Why it waits, was skipped, or is dead. */
  readonly reason: string | null;
  readonly attempts: number;
  readonly at: string;
  readonly due_at: string | null;
}

/** What became of an effect, for whoever asks why a subject is as it is. */
export interface EffectOnSubject extends Pick<EffectSummary, 'rule' | 'action' | 'params' | 'reason' | 'at'> {
  /** Null for what is parked: it waits for room under its rule's limit, and nothing is asked of anybody yet. */
  readonly wanted: Wanted | null;
  readonly state: Outcome['state'] | 'parked';
}

/** Through an installation that is not active nothing is performed; effects wait there. */
export type InstallationState = 'active' | 'suspended' | 'deleted';

/** Effects come in by decisions (`Commit.outward`). Each method is one SQL function, and so one transaction. */
export interface Outbox {
  /**
   * Takes the effect that has waited longest where something may be written now, and the installation it goes through,
   * for `terms.visibility` seconds. `fused` names subjects whose effects were held back instead.
   */
  claimEffect(terms: Terms): Promise<{ effect: ClaimedEffect | null; fused: readonly string[] }>;
  /** Makes a claim last for so many whole seconds from now; false when it has ended: then somebody else may be at it. */
  renewLease(claim: Claim, seconds: number): Promise<boolean>;
  /**
   * Says that a write begins; without `go` there must be none. The claim lasts for 25 seconds from then at least, within
   * which the write has to be over. `presumed` is what will be visible should nobody ever know whether it happened;
   * null: the same as before.
   */
  beginWrite(claim: Claim, presumed: Json): Promise<'go' | 'superseded' | 'lost'>;
  /** Ends a claim. `superseded`: something else is wanted by now; `lost`: somebody else has claimed the installation. */
  settleEffect(claim: Claim, outcome: Outcome): Promise<'settled' | 'superseded' | 'lost'>;
  /** What waits for these media is skipped, with the reason, unless another process is connected; returns how many. */
  skipEffects(reasons: Partial<Record<Medium, string>>): Promise<number>;
  /** Says that this process is connected, every minute; what was skipped for a medium waits again. Returns how many. */
  resumeEffects(medium: Medium): Promise<number>;
  /** Tries again: the effect of this number unless it is done, or everything dead. Returns how many effects. */
  retryEffects(id: number | null): Promise<number>;
  effects(query: EffectQuery): Promise<EffectSummary[]>;
  /** The newest wish first; null for a subject that is unknown or private. */
  effectsOn(repository: string, number: number): Promise<EffectOnSubject[] | null>;
}
