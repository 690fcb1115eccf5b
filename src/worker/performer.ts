// The performer's loop. States of a lane: `idle` (nothing may be performed now; the first lane waits for a wake or the
// poll interval, the others to be called) → `performing` (holds one effect, and its installation, and settles it
// whatever happens) → `idle`; `stopping` from any: nothing new is claimed, and what is held is finished, or given up
// after a while and settled as open. Without credentials there is one lane, and it is `skipping`: what waits is marked.
import type { Logger } from 'pino';
import type { Actions } from '../actions/action.ts';
import type { GitHubApp } from '../github/github.ts';
import type { ClaimedEffect, Medium, Outbox, Terms } from '../store/outbox.ts';
import { startLoop } from './loop.ts';
import { type Attempt, performEffect, untouched } from './perform-effects.ts';

export interface PerformerOptions {
  readonly store: Outbox;
  readonly actions: Actions;
  /** Null without credentials: effects are skipped then, and taken up again once there are some. */
  readonly github: GitHubApp | null;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** How many effects are performed at once in this process, each through an installation of its own; 4 by default. */
  readonly lanes?: number;
  /** {@link TERMS} by default. */
  readonly terms?: Terms;
  readonly clock?: () => Date;
  /** Milliseconds for what is held when stopping; 5,000 by default. */
  readonly grace?: number;
}

export interface Performer {
  /** Says that there may be effects, so that they need not wait for the next poll. */
  wake(): void;
  /** Finishes what is held, then resolves. */
  stop(): Promise<void>;
}

/**
 * GitHub's limits on what creates content, for which we count every write:
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 * and one write at a time, a second apart:
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
 */
export const TERMS: Terms = { visibility: 20, gap: 1, perMinute: 80, perHour: 500, perSubject: 30 };

/** Milliseconds that an attempt may take, however often GitHub is asked in it. */
const ATTEMPT = 45_000;
/** How often a claim is renewed within the time after which it would end: an answer may be late, or lost. */
const RENEWALS = 4;
/** Milliseconds between looks for effects that another process has decided, or whose time has come. */
const POLL = 500;
/** Milliseconds after which the store is told anew that there are credentials here: it believes it for three minutes. */
const CONNECTED_FOR = 60_000;

export function startPerformer(options: PerformerOptions): Performer {
  const { store, github, log, terms = TERMS, clock = () => new Date(), lanes = 4, grace = 5_000 } = options;
  const reasons: Partial<Record<Medium, string>> = {
    ...(github === null ? { github: 'no GitHub credentials' } : {}),
    discord: 'no Discord connection',
  };
  const stopping = new AbortController();
  const givenUp = new AbortController();
  let connectedUntil = 0;
  let call = Promise.withResolvers<void>();

  const callOthers = () => {
    call.resolve();
    call = Promise.withResolvers();
  };

  /** True when an effect was performed; then there may be another. */
  const next = async (app: GitHubApp): Promise<boolean> => {
    const { effect, fused } = await store.claimEffect(terms);
    for (const subject of fused)
      log.warn({ subject, writes: terms.perSubject }, 'so many writes within an hour: effects there are held back');
    if (effect === null) return false;
    if (stopping.signal.aborted) {
      await store.settleEffect(effect, untouched(effect));
      return false;
    }
    callOthers();
    const held = holding(store, effect, terms.visibility);
    try {
      const ends = AbortSignal.any([givenUp.signal, held.lost, AbortSignal.timeout(ATTEMPT)]);
      report(log, effect, await performEffect({ ...options, github: app, clock, signal: ends }, effect));
    } finally {
      held.letGo();
    }
    return true;
  };

  const round = async (): Promise<number> => {
    if (github !== null && performance.now() >= connectedUntil) {
      connectedUntil = performance.now() + CONNECTED_FOR;
      const effects = await store.resumeEffects('github');
      if (effects > 0) log.info({ effects }, 'effects that were skipped without credentials are taken up');
    }
    const effects = await store.skipEffects(reasons);
    if (effects > 0) log.info({ effects, reasons }, 'effects are skipped');
    return github !== null && (await next(github)) ? 0 : POLL;
  };
  const further = async (app: GitHubApp) => {
    while (!stopping.signal.aborted) {
      const called = call.promise;
      // What the store has to say against it, the first lane hears too.
      const found = await next(app).catch(() => false);
      if (!found && !stopping.signal.aborted) await called;
    }
  };

  const first = startLoop({
    round,
    stopping: stopping.signal,
    failed: (reason) => log.warn({ reason }, 'cannot get at the outbox; trying again'),
  });
  const others = github === null ? [] : Array.from({ length: lanes - 1 }, () => further(github));
  return {
    wake: first.wake,
    stop: async () => {
      stopping.abort();
      callOthers();
      const timer = setTimeout(() => givenUp.abort(), grace);
      await Promise.all([first.over, ...others]);
      clearTimeout(timer);
    },
  };
}

/** Renews a claim until it is let go, or turns out to be lost. What the store cannot say, it says when the write begins. */
function holding(
  store: Pick<Outbox, 'renewLease'>,
  effect: ClaimedEffect,
  visibility: number,
): { readonly lost: AbortSignal; letGo(): void } {
  const lost = new AbortController();
  const renew = async () => {
    if (!(await store.renewLease(effect, visibility).catch(() => true))) lost.abort();
  };
  const timer = setInterval(() => void renew(), (visibility * 1000) / RENEWALS);
  return { lost: lost.signal, letGo: () => clearInterval(timer) };
}

function report(log: PerformerOptions['log'], effect: ClaimedEffect, { outcome, fault, settled }: Attempt): void {
  const { id, action, wanted, repository, number, attempt } = effect;
  const { state, seconds, pause } = outcome;
  const about = { effect: id, action, wanted, repository, number, attempt };
  if (settled === 'lost') log.warn(about, 'it took too long: somebody else has taken the effect');
  else if (state === 'dead') log.error({ ...about, reason: fault }, 'dead effect');
  else if (fault !== null) log.warn({ ...about, reason: fault, seconds, pause }, 'not performed; will be tried again');
}
