// The backfill's loop. States: `idle` (no request is to be made now; waits for a wake or the poll interval) → `looking`
// (holds one step, which is one request, and settles it whatever happens) → `idle`; `waiting` without credentials: what is
// asked for stays recorded, and nothing is claimed; `stopping` from any: what is held is given up and left to whoever
// goes on.
import type { Logger } from 'pino';
import type { GitHubApp } from '../github/github.ts';
import { messageOf } from '../message-of.ts';
import { type BackfillTerms, type CoverageStore, CROWDED_INBOX } from '../store/coverage.ts';
import { failedStep, type Stepped, takeStep, untouched } from './backfill-step.ts';
import { startLoop } from './loop.ts';

export interface BackfillOptions {
  readonly store: Pick<CoverageStore, 'claimBackfill' | 'settleBackfill' | 'noteConnection' | 'misjudged'>;
  /** Null without credentials: then what is asked for waits until there are some. */
  readonly github: GitHubApp | null;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Called when something was found, and is in the inbox. */
  readonly onStored: () => void;
  readonly clock?: () => Date;
  /** {@link BACKFILL_TERMS} by default. */
  readonly terms?: BackfillTerms;
}

export interface Backfill {
  /** Says that something may have been asked for, so that it need not wait for the next poll. */
  wake(): void;
  /** Gives up what is held, then resolves. */
  stop(): Promise<void>;
}

/**
 * The smallest budget of an installation is 5,000 requests an hour; lookups and effects need theirs, and they come first.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#primary-rate-limit-for-github-app-installations
 */
export const BACKFILL_TERMS: BackfillTerms = { visibility: 60, perHour: 2_000, inbox: CROWDED_INBOX };

/** What a request may not come close to: then its claim would end, and somebody else begin. */
const MARGIN = 15;
/** Milliseconds between looks for what another process was asked for, for room in the inbox, or for the time to go on. */
const POLL = 1_000;

export const NO_CREDENTIALS = 'no GitHub credentials';

export function startBackfill(options: BackfillOptions): Backfill {
  const { store, github, log } = options;
  const givenUp = new AbortController();
  let noted = false;

  const round = async () => {
    if (!noted) await store.noteConnection(github === null ? NO_CREDENTIALS : null);
    noted = true;
    // There is nothing to be done until the process is started anew, with credentials.
    if (github === null) return 'over';
    return (await next(options, github, givenUp.signal)) ? 0 : POLL;
  };

  const loop = startLoop({
    round,
    stopping: givenUp.signal,
    failed: (reason) => log.warn({ reason }, 'cannot go on looking through repositories; trying again'),
  });
  return {
    wake: loop.wake,
    stop: async () => {
      givenUp.abort();
      await loop.over;
    },
  };
}

/** True when a step was taken; then there may be another. */
async function next(options: BackfillOptions, github: GitHubApp, stopping: AbortSignal): Promise<boolean> {
  const { store, log, onStored, clock = () => new Date(), terms = BACKFILL_TERMS } = options;
  const step = await store.claimBackfill(terms);
  if (step === null) return false;
  const ends = AbortSignal.any([stopping, AbortSignal.timeout(Math.max(1, terms.visibility - MARGIN) * 1000)]);
  const listing = { door: github.installation(step.installation), store, clock };
  const { outcome, fault, found } = await takeStep(listing, step, ends).catch(
    (error: unknown): Stepped => ({
      outcome: stopping.aborted ? untouched : failedStep(error, step, clock()),
      fault: messageOf(error),
      found: [],
    }),
  );
  const { installation, attempt, repository } = step;
  const about = { installation, ...(repository === null ? {} : { repository: repository.about.full_name }) };
  if (outcome.kind === 'failed' && outcome !== untouched) {
    const { seconds, final } = outcome;
    if (final) log.warn({ ...about, reason: fault }, 'a repository cannot be looked through');
    else log.warn({ ...about, reason: fault, seconds, attempt }, 'not looked through; will be tried again');
  }
  const { kept, ended } = await store.settleBackfill(step, outcome, found);
  if (!kept) log.warn(about, 'it took too long: somebody else looks through it');
  if (kept && found.length > 0) onStored();
  if (ended !== null) log.info({ installation, ...ended }, 'an installation was looked through');
  return true;
}
