// The ledger's part of the store's port: the chain of its lines, to be verified by whoever does not trust the database.

/** Columns of a line of the ledger, as the texts that its digest is taken of. */
export interface LineTexts {
  readonly id: string;
  readonly subject: string;
  readonly effect: string;
  readonly contributor: string;
  readonly points: string;
  readonly rule: string;
  readonly rules_version: string;
  readonly reason: string;
  readonly url: string;
  readonly delivery: string | null;
  readonly decision: string;
  /** The line it takes back. */
  readonly reverses: string | null;
  /** To the microsecond, `2026-11-23T09:30:00.000000Z`. */
  readonly at: string;
}

/** A position of the chain. Digests are in hexadecimal. */
export interface ChainedLine {
  readonly position: number;
  /** The number of the line it is about. */
  readonly line: string;
  readonly previous: string;
  readonly digest: string;
  /** Null when there is no such line. */
  readonly says: LineTexts | null;
  /** Of a reversal, the line it takes back; null when there is none. */
  readonly reversed: ReversedLine | null;
}

export interface ReversedLine extends Pick<LineTexts, 'contributor' | 'points' | 'subject' | 'effect' | 'reverses'> {
  /** Null when it was never chained. */
  readonly position: number | null;
  /** How many lines take it back. */
  readonly times: number;
}

/** Where the chain ends: how many lines it has, and the digest of the last. */
export interface LedgerHead {
  readonly lines: number;
  readonly digest: string;
}

export interface ContributorTotal {
  readonly contributor: number;
  /** Null, as are the points, of one who has lines and is not there any more. */
  readonly login: string | null;
  /** As its row says. */
  readonly points: number | null;
  /** As its lines come to. */
  readonly lines: number;
}

export interface LedgerStore {
  /** Durable once told: no crash of the database makes it another one. */
  ledgerHead(): Promise<LedgerHead>;
  /** The next positions of the chain after one. */
  ledgerLines(after: number, quantity: number): Promise<ChainedLine[]>;
  /** Of the next lines after one, the first that was never chained, and the last that was looked at. */
  findUnchained(after: number, quantity: number): Promise<{ line: number | null; next: number | null }>;
  /** The next contributors after one, by number. */
  ledgerTotals(after: number, quantity: number): Promise<ContributorTotal[]>;
}
