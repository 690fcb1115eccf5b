// One sweep: GitHub's own lists of installations and deliveries are compared with what is here, and what is missing is
// delivered again; or asked for in another way, where GitHub's log does not reach, or cannot bring it.
import { deliveriesSince, redeliver } from '../github/deliveries.ts';
import { type GitHub, type GitHubApp, GitHubFailure } from '../github/github.ts';
import { installationsOf } from '../github/installations.ts';
import type { CoverageStore, Sweep, SweepEnd } from '../store/coverage.ts';
import { gather, judge, RECENT, type Tried } from './delivery-log.ts';

export interface Sweeping {
  readonly store: Pick<CoverageStore, 'alignInstallations' | 'lacking' | 'endSweep'>;
  readonly github: GitHubApp;
  readonly clock: () => Date;
  /** Resolves after so many milliseconds, or earlier when everything is to end. */
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** {@link MOST_LOGGED} by default. */
  readonly mostLogged?: number | undefined;
}

export interface Swept extends Pick<SweepEnd, 'upTo' | 'missing' | 'since'> {
  /** Deliveries that GitHub's log shows since the last sweep. */
  readonly logged: number;
  readonly redelivered: number;
  /** Those that were given up now, by GUID. */
  readonly lost: readonly string[];
  /** Installations that have changed, by number, and what they are now. */
  readonly installations: Readonly<Record<string, string>>;
}

/** For so long GitHub keeps its log: https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries */
export const LOG_REACHES = 3 * 24 * 60 * 60_000;
/** Of what was swept already, as much is looked at again: a delivery may show in the log after its time. */
const OVERLAP = 60 * 60_000;
/**
 * Attempts that one sweep reads of the log, of which a list's most pages hold 100,000. What lies before them is
 * asked for in another way, like what the log has forgotten; else a long time away would be one without an end.
 */
export const MOST_LOGGED = 90_000;
/** For clocks that are not the same. */
const MARGIN = 5 * 60_000;
/** https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests */
const PACE = 1_000;
/** Of one sweep: at this pace they take some minutes, for which the sweep is held. */
const MOST_REDELIVERIES = 500;
/** How often, and for how long in between, it is looked whether what was sent again has come. */
const LOOKS = 5;
const LOOK_AGAIN = 2_000;
/** GUIDs in one question to the store. */
const CHUNK = 1_000;

/** Null when another process has taken the sweep over. Throws GitHubFailure, or StoreUnavailable. */
export async function sweepOnce(sweeping: Sweeping, sweep: Sweep): Promise<Swept | null> {
  const { store, github, clock, signal, mostLogged = MOST_LOGGED } = sweeping;
  const began = clock().getTime();
  const aligned = await store.alignInstallations(sweep, await installationsOf(github.app, signal));
  if (aligned === null) return null;

  const reached = sweep.upTo === null ? null : Date.parse(sweep.upTo);
  // A clock that was ahead has swept what had not come yet: then nothing is known of how far.
  const swept = reached !== null && reached > began ? began - LOG_REACHES : reached;
  const from = new Date(Math.max(began - LOG_REACHES, (swept ?? 0) - OVERLAP));
  const tried = new Map<string, Tried>();
  let [logged, isCut] = [0, false];
  for await (const page of deliveriesSince(github.app, from, signal)) {
    gather(tried, page);
    logged += page.length;
    isCut = logged >= mostLogged;
    if (isCut) break;
  }
  const before = swept ?? began - LOG_REACHES;
  const isGap = isCut || before < began - LOG_REACHES;

  const { again, recent, lost } = judge(await lackingOf(store, [...tried.values()]), clock());
  const chosen = again.slice(0, MOST_REDELIVERIES);
  const sent = await redeliverAll(sweeping, chosen);
  const missing = [...(await stillLacking(sweeping, again, sent)), ...recent];

  const end = {
    upTo: new Date(Math.min(began - RECENT, ...missing.map(({ first }) => first))).toISOString(),
    missing: missing.length,
    since: isGap ? new Date(before - MARGIN).toISOString() : null,
    lost: lost.map(({ guid, event, installation, first }) => ({
      ...{ guid, event, installation },
      at: new Date(first).toISOString(),
    })),
  };
  const given = await store.endSweep(sweep, end);
  if (given === null) return null;
  const { upTo, since } = end;
  return {
    ...{ upTo, since, missing: missing.length, logged: tried.size, redelivered: sent },
    ...{ lost: given, installations: aligned },
  };
}

async function lackingOf(store: Sweeping['store'], tried: readonly Tried[]): Promise<Tried[]> {
  const lacking: Tried[] = [];
  for (let at = 0; at < tried.length; at += CHUNK) {
    const chunk = tried.slice(at, at + CHUNK);
    const guids = new Set(await store.lacking(chunk.map(({ guid }) => guid)));
    lacking.push(...chunk.filter(({ guid }) => guids.has(guid)));
  }
  return lacking;
}

/** Returns how many GitHub has taken on. */
async function redeliverAll({ github, pause, signal }: Sweeping, chosen: readonly Tried[]): Promise<number> {
  let sent = 0;
  for (const [at, { lastId }] of chosen.entries()) {
    if (at > 0) await pause(PACE);
    if (await redelivered(github.app, lastId, signal)) sent += 1;
  }
  return sent;
}

/** False where GitHub does not want to; then it stays missing, and is tried again until the log has forgotten it. */
async function redelivered(app: GitHub, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await redeliver(app, id, signal);
    return true;
  } catch (error) {
    // Done twice, it does no harm: whether it was done now shows when it comes.
    if (error instanceof GitHubFailure && error.kind === 'ambiguous') return true;
    if (error instanceof GitHubFailure && error.kind === 'final' && error.status !== 401) return false;
    throw error;
  }
}

/** GitHub sends again at once, so most of it is here a moment later. */
async function stillLacking({ store, pause }: Sweeping, again: readonly Tried[], sent: number): Promise<Tried[]> {
  let lacking = [...again];
  for (let look = 0; sent > 0 && look < LOOKS && lacking.length > 0; look++) {
    await pause(LOOK_AGAIN);
    lacking = await lackingOf(store, lacking);
  }
  return lacking;
}
