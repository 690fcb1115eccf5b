// What was done to the first position of the chain that does not fit, as far as it can be told from what is left.
import type { ChainedLine, LineTexts } from '../store/ledger.ts';
import { BEGINNING, chainDigest, contentDigest } from './chain.ts';

export interface LedgerProblem {
  readonly kind: 'altered' | 'missing' | 'inserted' | 'moved' | 'reversal' | 'total' | 'head';
  /** Of the chain; null when the problem is elsewhere. */
  readonly position: number | null;
  /** Number of the line, or null when it is not known. */
  readonly line: number | null;
  /** A sentence: what it says, and what it should. */
  readonly message: string;
}

/** Those read with the one that does not fit. */
export interface Surroundings {
  /** Which fits; null before the first. */
  readonly before: ChainedLine | null;
  readonly next: ChainedLine | null;
  /** All that are at hand, to look for what was exchanged. */
  readonly near: readonly ChainedLine[];
}

/** Null when the position fits to the one before it. */
export function diagnose(entry: ChainedLine, around: Surroundings): LedgerProblem | null {
  const { before } = around;
  const expected = (before?.position ?? 0) + 1;
  if (entry.position !== expected) return gap(entry, expected);
  const { says } = entry;
  if (says === null) return problem('missing', entry, `line ${entry.line} is missing: it was deleted from the ledger`);
  const isOwn = chainDigest(entry.previous, entry.position, contentDigest(says)) === entry.digest;
  const isLinked = entry.previous === (before?.digest ?? BEGINNING);
  if (isOwn && isLinked) return null;
  if (isLinked) return altered(entry, says, around);
  return moved(entry, says) ?? rewritten(entry, around);
}

function gap({ position, line }: ChainedLine, expected: number): LedgerProblem {
  const missing =
    expected === position - 1
      ? `position ${expected} of the chain is`
      : `positions ${expected} to ${position - 1} of the chain are`;
  const message = `${missing} missing, before line ${line}: what was there was deleted`;
  return { kind: 'missing', position: expected, line: null, message };
}

/** The line does not say what it said when its digest was taken. */
function altered(entry: ChainedLine, says: LineTexts, { next, near }: Surroundings): LedgerProblem {
  const fits = (line: LineTexts) => chainDigest(entry.previous, entry.position, contentDigest(line)) === entry.digest;
  const now = `now it says ${told(says)}`;
  const points = POINTS.find((each) => fits({ ...says, points: each }));
  if (points !== undefined)
    return problem('altered', entry, `line ${says.id} was altered: it had ${points} points; ${now}`);
  const other = near.find(
    ({ says: theirs }) =>
      theirs !== null && theirs.id !== says.id && (fits(theirs) || fits({ ...theirs, id: says.id })),
  );
  if (other !== undefined) {
    const message = `line ${says.id} was moved: what belongs here is said by line ${other.line}, at position ${other.position}; ${now}`;
    return problem('moved', entry, message);
  }
  const own = chainDigest(entry.previous, entry.position, contentDigest(says));
  if (next?.previous === own) {
    const message = `of line ${says.id} the digest was altered, from ${own} to ${entry.digest}; the line is as it was`;
    return problem('altered', entry, message);
  }
  const digests = `its digest was ${entry.digest}, what it says comes to ${own}`;
  return problem('altered', entry, `line ${says.id} was altered, in more than its points: ${digests}; ${now}`);
}

/** Every number of points that a line can have. */
const POINTS = Array.from({ length: 2_001 }, (_, index) => String(index - 1_000));

/** The line fits somewhere, and not where it is. */
function moved(entry: ChainedLine, says: LineTexts): LedgerProblem | null {
  const content = contentDigest(says);
  for (let distance = 1; distance <= MAX_DISTANCE; distance++) {
    for (const position of [entry.position - distance, entry.position + distance]) {
      if (chainDigest(entry.previous, position, content) !== entry.digest) continue;
      const cause = position < entry.position ? 'something was inserted' : 'something was deleted, or this one moved,';
      const message = `line ${says.id} belongs to position ${position}: ${cause} before it, and positions were counted anew`;
      return problem('moved', entry, message);
    }
  }
  return null;
}

/** How far away a line is looked for that is not where it belongs. */
const MAX_DISTANCE = 1_000;

/** The position names another one before it than there is. */
function rewritten(entry: ChainedLine, { before }: Surroundings): LedgerProblem {
  const should = `line ${entry.line} names ${entry.previous} as the digest before it`;
  if (before === null)
    return problem('missing', entry, `${should}, but it is the first: what came before it was deleted`);
  const message = `line ${before.line} was altered or put in the place of another, and its digest, ${before.digest}, made to fit: ${should}`;
  return problem('altered', before, message);
}

function problem(kind: LedgerProblem['kind'], { position, line }: ChainedLine, message: string): LedgerProblem {
  return { kind, position, line: Number(line), message };
}

/** What a line says, in short. */
function told({ points, contributor, rule, subject, reason }: LineTexts): string {
  return `${points} points for contributor ${contributor} by ${rule} on ${subject}, "${reason}"`;
}
