// One step of a backfill, which is one request: a page of an installation's repositories; or of one repository a page of
// its issues, then of its pull requests, then those pull requests one by one of which the lists do not tell enough; in the
// end tickets of ours that were in no list, a hundred at a time, and one by one those that are not there any more. What is
// found leaves here as deliveries, together with where to go on.
import { issuesOn, type Page, pullRequestIn, pullRequestsOn } from '../github/conversations.ts';
import { type Found, foundGone, foundIssue, foundPullRequest } from '../github/found.ts';
import { type GitHub, GitHubFailure } from '../github/github.ts';
import { ASKED_AT_ONCE, absentIssues, issueStays } from '../github/still-there.ts';
import type { Issue } from '../models/issue.ts';
import type { Repository } from '../models/repository.ts';
import type { BackfillCursor, BackfillOutcome, BackfillStep } from '../store/coverage.ts';
import { type Listing, listRepositories } from './list-repositories.ts';
import { publicReason } from './public-reason.ts';

export interface Stepped {
  readonly outcome: BackfillOutcome;
  /** What befell it, for the log; null when nothing did. */
  readonly fault: string | null;
  readonly found: readonly Found[];
}

interface Looking {
  readonly door: GitHub;
  readonly installation: number;
  readonly repository: Repository;
  readonly signal: AbortSignal;
}

/** How far a pass has come, with everything said. */
type At = Required<BackfillCursor>;

/** What one request found, and where the pass goes on; null when it is over. */
interface Looked {
  readonly found: readonly Found[];
  readonly next: At | null;
}

/** @throws GitHubFailure, or StoreUnavailable */
export async function takeStep(listing: Listing, step: BackfillStep, signal: AbortSignal): Promise<Stepped> {
  const { door } = listing;
  const { installation, page, repository } = step;
  if (repository === null) {
    const { listed, found } = await listRepositories(listing, { installation, page: page ?? 1 }, signal);
    return { outcome: { kind: 'listed', ...listed }, fault: null, found };
  }
  const at: At = { stage: 'issues', from: null, page: 1, numbers: [], listed: [], ...repository.cursor };
  const { found, next } = await stages[at.stage]({ door, installation, repository: repository.about, signal }, at);
  return { outcome: { kind: 'looked', cursor: next }, fault: null, found };
}

const stages: Readonly<Record<At['stage'], (looking: Looking, at: At) => Promise<Looked>>> = {
  issues: lookAtIssues,
  pulls: lookAtPullRequests,
  singles: lookAtOne,
  listed: lookForTickets,
  absent: lookForOne,
};

/**
 * In the order of their changes, and each page from the last change on that was seen: so nothing is passed over when
 * issues leave the list, or move to its end, while it is read. GitHub shows pull requests among the issues; they are
 * noted down.
 */
async function lookAtIssues({ door, installation, repository, signal }: Looking, at: At): Promise<Looked> {
  const since = at.from ?? at.since;
  const asked = { state: at.since === null ? 'open' : 'all', since, page: at.page } as const;
  const { items, isLast } = await issuesOn(door, repository, asked, signal).catch(withoutIssues);
  const numbers = items.filter(({ pull_request: pull }) => pull).map(({ number }) => number);
  const shown = new Set(items.map(({ number }) => number));
  const seen: At = {
    ...{ ...at, numbers: union(at.numbers, numbers) },
    listed: at.listed.filter((number) => !shown.has(number)),
  };
  const found = items
    .filter(({ pull_request: pull }) => !pull)
    .map((issue) => foundIssue({ installation, repository, issue }));
  if (isLast) return { found, next: { ...seen, stage: 'pulls', from: null, page: 1 } };
  // A second before, for GitHub does not say whether `since` takes in its own second.
  const from = secondBefore(items.at(-1)?.updated_at ?? '');
  const moves = from !== null && (since === null || from > since);
  return { found, next: moves ? { ...seen, from, page: 1 } : { ...seen, page: at.page + 1 } };
}

/** https://docs.github.com/rest/issues/issues: 410 where issues are disabled, in which there can be pull requests. */
function withoutIssues(error: unknown): Page<Issue> {
  if (error instanceof GitHubFailure && error.status === 410) return { items: [], isLast: true };
  throw error;
}

/**
 * All that are open; or those that have changed, the last changed first, until they are older. Closed ones are noted
 * down, for lists do not say who merged. Of the open ones, those remain noted that the list did not show: one that is
 * closed while it is read pulls another across the edge of a page.
 */
async function lookAtPullRequests({ door, installation, repository, signal }: Looking, at: At): Promise<Looked> {
  const { since } = at;
  const asked = { state: since === null ? 'open' : 'all', page: at.page } as const;
  const { items, isLast } = await pullRequestsOn(door, repository, asked, signal);
  const wanted =
    since === null ? items : items.filter(({ updated_at: changed }) => Date.parse(changed) >= Date.parse(since));
  const open = wanted.filter(({ state }) => state === 'open');
  const closed = wanted.filter(({ state }) => state !== 'open').map(({ number }) => number);
  const shown = new Set(open.map(({ number }) => number));
  const numbers = union(at.numbers, closed).filter((number) => !shown.has(number));
  const found = open.map((pullRequest) => foundPullRequest({ installation, repository, pullRequest }));
  if (!isLast && wanted.length === items.length) return { found, next: { ...at, numbers, page: at.page + 1 } };
  return { found, next: numbers.length === 0 ? onTickets(at) : { ...at, stage: 'singles', page: 1, numbers } };
}

async function lookAtOne({ door, installation, repository, signal }: Looking, at: At): Promise<Looked> {
  const [number, ...numbers] = at.numbers;
  const next = numbers.length === 0 ? onTickets(at) : { ...at, numbers };
  if (number === undefined) return { found: [], next };
  try {
    const pullRequest = await pullRequestIn(door, repository, number, signal);
    return { found: [foundPullRequest({ installation, repository, pullRequest })], next };
  } catch (error) {
    // Gone since it was noted down; whether its repository is too, its lists will tell.
    if (error instanceof GitHubFailure && (error.status === 404 || error.status === 410)) return { found: [], next };
    throw error;
  }
}

/** Where a pass goes on that has seen all there is: what we list, and it has not seen, may be there no more. */
function onTickets(at: At): At | null {
  return at.listed.length === 0 ? null : { ...at, stage: 'listed', page: 1, numbers: [] };
}

async function lookForTickets({ door, repository, signal }: Looking, at: At): Promise<Looked> {
  const [asked, listed] = [at.listed.slice(0, ASKED_AT_ONCE), at.listed.slice(ASKED_AT_ONCE)];
  const numbers = union(at.numbers, await absentIssues(door, repository, asked, signal));
  if (listed.length > 0) return { found: [], next: { ...at, listed, numbers } };
  return { found: [], next: numbers.length === 0 ? null : { ...at, stage: 'absent', listed, numbers } };
}

async function lookForOne({ door, installation, repository, signal }: Looking, at: At): Promise<Looked> {
  const [number, ...numbers] = at.numbers;
  const next = numbers.length === 0 ? null : { ...at, numbers };
  if (number === undefined) return { found: [], next };
  const issue = await issueStays(door, repository, number, signal);
  const place = { installation, repository };
  return { found: [issue === null ? foundGone({ ...place, number }) : foundIssue({ ...place, issue })], next };
}

function union(some: readonly number[], more: readonly number[]): number[] {
  return [...new Set([...some, ...more])];
}

function secondBefore(time: string): string | null {
  const at = Date.parse(time);
  return Number.isNaN(at) ? null : `${new Date(at - 1000).toISOString().slice(0, 19)}Z`;
}

const A_MINUTE = 60;
const LONGEST = 15 * A_MINUTE;

/** What becomes of a step that failed: whose fault it was decides who waits for how long. */
export function failedStep(error: unknown, { attempt, repository }: BackfillStep, now: Date): BackfillOutcome {
  const reason = publicReason(error);
  const failed = { kind: 'failed', final: false, reason, counted: true } as const;
  const backOff = Math.min(2.5 * 2 ** attempt, LONGEST);
  // A fault of ours, or GitHub is away: then it is so for all its repositories, and they rest a little.
  const passing = { ...failed, seconds: backOff, pause: Math.min(backOff, A_MINUTE / 2) };
  if (!(error instanceof GitHubFailure)) return passing;
  // Not the repository's fault: the App's credentials are wrong, or the installation is suspended or gone and we were not
  // told yet; all would fail of it.
  if (error.status === 401 || error.shutOut) return { ...failed, seconds: 0, pause: 5 * A_MINUTE };
  if (error.kind === 'final') return { ...failed, final: repository !== null, seconds: LONGEST, pause: 0 };
  if (error.retryAt === null) return passing;
  const asked = Math.max(0, (error.retryAt.getTime() - now.getTime()) / 1000);
  return { ...failed, seconds: asked, pause: Math.max(1, asked), counted: false };
}

/** Of a step that was given up because the process ends. */
export const untouched: BackfillOutcome = {
  ...{ kind: 'failed', final: false, reason: 'given up when its process was stopped' },
  ...{ seconds: 0, pause: 0, counted: false },
};
