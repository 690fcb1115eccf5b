// What becomes of an effect whose attempt failed, in one table: it is dead, or tried again, and when; and for how long
// nothing else is written through its installation.
import { Impossible } from '../actions/perform.ts';
import { GitHubFailure } from '../github/github.ts';
import { StoreUnavailable } from '../store/store.ts';

/** Something else is wanted by now, or another worker is at it: no fault, and nothing was written. */
export class NotNow extends Error {
  override name = 'NotNow';
}

/** The attempt that failed. */
export interface Attempted {
  /** The how manyth it was, and how many before failed by a fault of ours. */
  readonly attempt: number;
  readonly faults: number;
  /** How often in a row GitHub was away for the installation, or sent us away. */
  readonly setbacks: number;
  /** Whether a write was sent. */
  readonly wrote: boolean;
}

export interface Verdict {
  readonly state: 'pending' | 'dead';
  /** Seconds until this effect is due again, and until anything is written through the installation. */
  readonly seconds: number;
  readonly pause: number;
  readonly setbacks: number;
  readonly faults: number;
  /** Whether a write may have happened. */
  readonly unsure: boolean;
  readonly counted: boolean;
}

interface Row {
  readonly fits: (error: unknown) => boolean;
  /** @param asked seconds for which GitHub wants to be left alone; 0 when it does not say */
  readonly judge: (attempted: Attempted, asked: number) => Partial<Verdict> & Pick<Verdict, 'state'>;
}

/** Attempts by which a fault of ours ends an effect. */
const MAX_FAULTS = 5;
/** GitHub breaks off what it has not finished in 10 s; by then, and on the way, a write without an answer is over. */
const WRITE_IS_OVER = 15;
const A_MINUTE = 60;
const LONGEST = 15 * A_MINUTE;

/** The first row that fits decides; the last one fits faults of ours. */
const failures: readonly Row[] = [
  { fits: (error) => error instanceof NotNow, judge: () => ({ state: 'pending', counted: false }) },
  {
    // What it was about to write was not written.
    fits: (error) => error instanceof StoreUnavailable,
    judge: () => ({ state: 'pending', counted: false, seconds: 2 }),
  },
  { fits: (error) => error instanceof Impossible, judge: () => ({ state: 'dead', setbacks: 0 }) },
  {
    // Not the effect's fault: the App's credentials are wrong, or the installation is suspended or gone and we were not
    // told yet; all effects would die of it.
    fits: (error) => failed(error, 'final') && (error.status === 401 || error.shutOut),
    judge: ({ setbacks }) => ({ state: 'pending', pause: 5 * A_MINUTE, setbacks: setbacks + 1 }),
  },
  { fits: (error) => failed(error, 'final'), judge: () => ({ state: 'dead', setbacks: 0 }) },
  {
    fits: (error) => failed(error, 'passing') && error.retryAt !== null,
    judge: ({ setbacks }, asked) => ({
      ...{ state: 'pending', counted: false },
      ...{ pause: Math.max(asked, sentAwayAgain(setbacks)), setbacks: setbacks + 1 },
    }),
  },
  {
    fits: (error) => failed(error, 'passing'),
    judge: ({ attempt, setbacks }) => ({
      ...{ state: 'pending', seconds: backOff(attempt) },
      ...{ pause: away(setbacks), setbacks: setbacks + 1 },
    }),
  },
  {
    // Until the write is over there must be no other one: it may yet undo what that does.
    fits: (error) => failed(error, 'ambiguous'),
    judge: ({ attempt, setbacks }, asked) => ({
      ...{ state: 'pending', seconds: Math.max(WRITE_IS_OVER, backOff(attempt)), unsure: true },
      ...{ pause: Math.max(WRITE_IS_OVER, asked, away(setbacks)), setbacks: setbacks + 1 },
    }),
  },
  {
    fits: () => true,
    judge: ({ attempt, faults, wrote }) => ({
      ...{ state: faults + 1 < MAX_FAULTS ? 'pending' : 'dead', faults: faults + 1 },
      ...{ seconds: Math.max(WRITE_IS_OVER, backOff(attempt)), unsure: wrote },
    }),
  },
];

/** @param error whatever an attempt threw */
export function verdictOn(error: unknown, attempted: Attempted, now: Date): Verdict {
  const { setbacks, faults } = attempted;
  const retryAt = error instanceof GitHubFailure ? error.retryAt : null;
  const asked = retryAt === null ? 0 : Math.max(0, (retryAt.getTime() - now.getTime()) / 1000);
  const found = failures.find(({ fits }) => fits(error))?.judge(attempted, asked) ?? { state: 'dead' };
  return { seconds: 0, pause: 0, setbacks, faults, unsure: false, counted: true, ...found };
}

function failed(error: unknown, kind: GitHubFailure['kind']): error is GitHubFailure {
  return error instanceof GitHubFailure && error.kind === kind;
}

/** Seconds until the next attempt: 5, 10, 20, to a quarter of an hour. */
function backOff(attempt: number): number {
  return Math.min(2.5 * 2 ** attempt, LONGEST);
}

/** Seconds to leave an installation alone when GitHub is away: none at first, for it may be the one effect. */
function away(setbacks: number): number {
  return setbacks === 0 ? 0 : Math.min(2 ** setbacks, A_MINUTE);
}

/**
 * Seconds when GitHub has sent us away so often already: from the second time on a minute, and then longer each time.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
function sentAwayAgain(setbacks: number): number {
  return setbacks === 0 ? 0 : Math.min(30 * 2 ** setbacks, LONGEST);
}
