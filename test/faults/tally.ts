// What was injected, what was seen, and what was lost: counted where it happens, added up over all processes at the end.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In the order of the table. */
export const rows = {
  injected: {
    killedAtRandom: 'processes killed (SIGKILL) at random moments',
    killedAtPoints: 'processes killed (SIGKILL) at named points',
    postgresKilled: 'Postgres killed (SIGKILL of its first process)',
    postgresShutDown: 'Postgres shut down at once (SIGQUIT, SIGINT)',
    terminated: 'connections terminated by Postgres',
    reset: 'connections reset by the network',
    blackHoles: 'networks gone silent',
    stalls: 'networks held up',
    slowed: 'networks slowed down',
    cut: 'connections cut at named points',
    diskFull: 'deliveries sent to a database without room on its disk',
    slowSenders: 'senders that drip, stop or never send',
    deafSenders: 'senders that never read the answer',
    poison: 'poisonous deliveries',
    tooLarge: 'deliveries over 25 MB',
    large: 'deliveries of 25 MB',
    duplicates: 'deliveries sent again, or under another GUID',
    skewedClocks: 'processes with a wrong clock',
  },
  seen: {
    sent: 'deliveries sent, again and again until acknowledged',
    acknowledged: 'acknowledged (202)',
    refused: 'refused for now (503)',
    unanswered: 'not answered',
    stored: 'stored',
    processed: 'processed',
    deadByIntent: 'dead, as they were meant to be',
    points: 'points awarded',
    comments: 'comments on GitHub',
  },
  wrong: {
    lost: 'lost: acknowledged, and not stored or not processed',
    twice: 'twice: points, tickets or comments that should not be',
  },
} as const;

type Rows = typeof rows;
export type Counted = { [Part in keyof Rows]: keyof Rows[Part] }[keyof Rows];
export type Tally = Partial<Record<Counted, number>>;

const tally: Tally = {};

export function count(what: Counted, many = 1): void {
  tally[what] = (tally[what] ?? 0) + many;
}

const VARIABLE = 'C4GT_FAULTS_TALLY';

/** Where the test processes leave their tallies; mocha starts them after this. */
export function openTally(): void {
  process.env[VARIABLE] = mkdtempSync(join(tmpdir(), 'c4gt-faults-'));
}

/** Leaves what this process has counted so far. */
export function leaveTally(): void {
  const directory = process.env[VARIABLE];
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${process.pid}.json`), JSON.stringify(tally));
}

/** The sum of all that were left, which are then removed. */
export function collectTally(): Tally {
  const directory = process.env[VARIABLE] ?? '';
  const sum: Tally = {};
  for (const file of readdirSync(directory)) {
    const one = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Tally;
    for (const [what, many] of Object.entries(one) as [Counted, number][]) sum[what] = (sum[what] ?? 0) + many;
  }
  rmSync(directory, { recursive: true, force: true });
  return sum;
}
