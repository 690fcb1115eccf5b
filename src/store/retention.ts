// The part of the store's port that forgets: bodies of deliveries that nobody needs any more.

export interface PruningTerms {
  /** Whole days that the body of a delivery is kept. */
  readonly days: number;
  /** Batches that may go in one step. */
  readonly batches: number;
}

/** What went in one step. */
export interface Pruned {
  readonly deliveries: number;
  /** Of their bodies, compressed. */
  readonly bytes: number;
  /** Whether there may be more to prune. */
  readonly more: boolean;
}

export interface RetentionStore {
  /**
   * Deletes the oldest of the bodies that are too old, by the database's clock, but none of a delivery that is pending.
   * Null while another process does that.
   */
  prune(terms: PruningTerms): Promise<Pruned | null>;
}
