// Verifies the ledger: every line against its digest and the line before it, every reversal against what it takes back,
// and every contributor's points against the lines. Reads page by page; what it keeps does not grow with the ledger.
import type { ChainedLine, LedgerHead, LedgerStore, ReversedLine } from '../store/ledger.ts';
import { BEGINNING } from './chain.ts';
import { diagnose, type LedgerProblem } from './diagnose.ts';

export interface Verification {
  /** As far as the chain fits. */
  readonly head: LedgerHead;
  /** Sum of the points of these lines. */
  readonly points: number;
  /** How many of them take another back. */
  readonly reversals: number;
  readonly contributors: number;
  /** At which position the digest asked for was found; null when none was asked for, or found. */
  readonly foundAt: number | null;
  /** The first that does not fit of the chain, then what else is wrong; of many alike, the first ones. */
  readonly problems: readonly LedgerProblem[];
}

export interface VerifyOptions {
  /** A digest that was the head of this ledger once. */
  readonly head?: string;
  /** Lines read at once. */
  readonly page?: number;
}

/** More problems of a kind than these say nothing new. */
const MAX_PROBLEMS = 20;

export async function verifyLedger(
  store: LedgerStore,
  { head, page = 2_000 }: VerifyOptions = {},
): Promise<Verification> {
  const problems: LedgerProblem[] = [];
  let before: ChainedLine | null = null;
  let [points, reversals] = [0, 0];
  let foundAt = head === BEGINNING ? 0 : null;
  let broken: LedgerProblem | null = null;
  let coming = store.ledgerLines(0, page);
  for (;;) {
    const lines = await coming;
    const last = lines.at(-1);
    // Read while this page is digested.
    if (last !== undefined) coming = store.ledgerLines(last.position, page);
    coming.catch(() => undefined);
    for (const [index, entry] of lines.entries()) {
      broken = diagnose(entry, { before, next: lines[index + 1] ?? null, near: lines });
      if (broken !== null) break;
      points += Number(entry.says?.points);
      if (entry.says?.reverses != null) {
        reversals++;
        const wrong = wrongReversal(entry);
        if (wrong !== null && problems.length < MAX_PROBLEMS) problems.push(wrong);
      }
      if (entry.digest === head) foundAt = entry.position;
      before = entry;
    }
    if (broken !== null || last === undefined) break;
  }
  if (broken !== null) problems.unshift(broken);
  else problems.push(...(await unchained(store)), ...unfound(head, foundAt, before));
  const { contributors, wrong } = await totals(store);
  problems.push(...wrong);
  const end = { lines: before?.position ?? 0, digest: before?.digest ?? BEGINNING };
  return { head: end, points, reversals, contributors, foundAt, problems };
}

/** What is wrong with a line that takes another back; null when nothing is. */
function wrongReversal({ position, line, says, reversed }: ChainedLine): LedgerProblem | null {
  const fault = reversed === null ? 'is missing' : faultOf(position, says, reversed);
  if (fault === null) return null;
  const message = `line ${line} takes back line ${says?.reverses}, which ${fault}`;
  return { kind: 'reversal', position, line: Number(line), message };
}

function faultOf(position: number, says: ChainedLine['says'], reversed: ReversedLine): string | null {
  if (reversed.position === null || reversed.position >= position) return 'comes after it';
  if (reversed.reverses !== null) return 'takes back a line itself';
  if (reversed.times !== 1) return `is taken back ${reversed.times} times`;
  const [here, there] = [says, reversed].map((line) => `${line?.subject} ${line?.effect} ${line?.contributor}`);
  if (here !== there) return 'is of another effect or contributor';
  if (Number(says?.points) !== -Number(reversed.points))
    return `has ${reversed.points} points, and not ${-Number(says?.points)}`;
  return null;
}

/** Lines looked up at once in the chain. */
const LOOKED_UP = 50_000;

async function unchained(store: LedgerStore): Promise<LedgerProblem[]> {
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const { line, next } = await store.findUnchained(after, LOOKED_UP);
    if (line !== null) {
      const message = `line ${line} has no place in the chain: it was inserted past the trigger that chains lines`;
      return [{ kind: 'inserted', position: null, line, message }];
    }
    if (next === null) return [];
    after = next;
  }
}

function unfound(head: string | undefined, foundAt: number | null, last: ChainedLine | null): LedgerProblem[] {
  if (head === undefined || foundAt !== null) return [];
  const now = last === null ? 'there are no lines' : `it ends with line ${last.line} at position ${last.position}`;
  const message = `no line has the digest ${head}: what this ledger had then was rewritten, or lines at its end were deleted; ${now}`;
  return [{ kind: 'head', position: null, line: null, message }];
}

async function totals(store: LedgerStore): Promise<{ contributors: number; wrong: LedgerProblem[] }> {
  const wrong: LedgerProblem[] = [];
  let contributors = 0;
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const found = await store.ledgerTotals(after, 500);
    contributors += found.length;
    for (const { contributor, login, points, lines } of found) {
      if (points === lines || wrong.length >= MAX_PROBLEMS) continue;
      const message =
        points === null
          ? `contributor ${contributor} is not there any more, but has lines in the ledger, of ${lines} points`
          : `${login} (${contributor}) has ${points} points, but the lines of the ledger come to ${lines}`;
      wrong.push({ kind: 'total', position: null, line: null, message });
    }
    const last = found.at(-1);
    if (last === undefined) return { contributors, wrong };
    after = last.contributor;
  }
}
