// What becomes of a request that did not succeed, in one table: it never works, it works later, or nobody knows whether
// it happened.
import { type FailureKind, GitHubFailure } from './github.ts';
import { washed } from './secrets.ts';
import { type Symptom, symptomOf } from './symptom.ts';

/** By what was asked: a read, or a write that GitHub cannot have received; or a write that it may have received. */
type Outcome = Readonly<Record<'read' | 'write', FailureKind>>;

const NEVER: Outcome = { read: 'final', write: 'final' };
const LATER: Outcome = { read: 'passing', write: 'passing' };
const OPEN: Outcome = { read: 'passing', write: 'ambiguous' };

interface Row extends Outcome {
  readonly what: string;
  readonly fits: (symptom: Symptom) => boolean;
  /** Whether GitHub's own words are better left out. */
  readonly isAllSaid?: true;
  readonly retryAt?: (symptom: Symptom, now: Date) => Date | null;
}

const isLimit = ({ status, graphql }: Symptom) => status === 403 || status === 429 || graphql !== null;
/** A token that we have may outlive the suspension of its installation. */
const isSuspended = ({ status, says }: Symptom) =>
  status === 403 && /installation (?:has been|is) suspended/i.test(says);
/**
 * An organisation may let in known addresses only.
 * https://docs.github.com/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/managing-allowed-ip-addresses-for-your-organization
 */
const isShut = ({ status, says }: Symptom) => status === 403 && /ip allow list/i.test(says);
const isOneOf = (statuses: readonly number[]) => (symptom: Symptom) => statuses.includes(symptom.status ?? 0);
const inAMinute = (_symptom: Symptom, now: Date) => after(now, 60);
const whenAsked = (symptom: Symptom, now: Date) => after(now, seconds(symptom, 'retry-after'));

/**
 * The first row that fits decides.
 *
 * Statuses: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
 * Limits: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit and
 * https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit
 */
const failures: readonly Row[] = [
  { what: 'we do not ask this', fits: ({ stage }) => stage === 'unasked', ...NEVER },
  { what: 'it was not sent', fits: ({ stage, sent }) => stage === 'unanswered' && !sent, ...LATER },
  { what: 'no answer came', fits: ({ stage }) => stage === 'unanswered', ...OPEN },
  {
    // auth-app has by then corrected the clock by GitHub's `date`, once and in vain.
    // https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
    what: "this machine's clock is not GitHub's",
    fits: ({ status, says }) => status === 401 && /'(?:Expiration time|Issued at)' claim/.test(says),
    ...LATER,
  },
  { what: "GitHub does not take the App's credentials", fits: isOneOf([401]), ...NEVER },
  {
    what: 'GitHub tells us to wait',
    fits: (symptom) => isLimit(symptom) && seconds(symptom, 'retry-after') !== null,
    ...LATER,
    retryAt: whenAsked,
  },
  {
    what: 'the hourly limit of requests is used up',
    fits: (symptom) =>
      (isLimit(symptom) && symptom.headers['x-ratelimit-remaining'] === '0') ||
      symptom.graphql?.includes('RATE_LIMITED') === true,
    ...LATER,
    retryAt: reset,
  },
  {
    // “Otherwise, wait for at least one minute”; to double it each time is for the caller, who knows how often it was.
    what: 'a limit of GitHub is passed',
    fits: (symptom) =>
      symptom.status === 429 || (isLimit(symptom) && /secondary rate limit|abuse detection/i.test(symptom.says)),
    ...LATER,
    retryAt: inAMinute,
  },
  {
    // Not documented; with status 422: https://github.com/src-d/lookout/issues/264
    what: 'GitHub finds us too quick',
    fits: ({ status, says }) => status !== null && status < 500 && /was submitted too quickly/i.test(says),
    ...LATER,
    retryAt: inAMinute,
  },
  {
    // After several requests with bad credentials, good ones are refused too for a while.
    // https://docs.github.com/rest/authentication/authenticating-to-the-rest-api#failed-login-limit
    what: 'GitHub refuses all credentials for a while',
    fits: ({ status, says }) => status === 403 && /login attempts exceeded/i.test(says),
    ...LATER,
    retryAt: inAMinute,
  },
  {
    // GitHub breaks off what takes it longer than 10 s, and does not say how far it came.
    what: 'GitHub has a fault',
    fits: ({ status }) => status !== null && status >= 500,
    ...OPEN,
    retryAt: whenAsked,
  },
  {
    what: 'GitHub came to no end with the query',
    fits: ({ graphql, says }) => graphql !== null && /something went wrong|timed? ?out|in time/i.test(says),
    ...OPEN,
  },
  { what: 'GitHub refuses the query', fits: ({ graphql }) => graphql !== null, ...NEVER },
  { what: 'the installation of the App is suspended', fits: isSuspended, ...NEVER },
  // GitHub says whose list it is, which is for its members to know.
  { what: 'an IP allow list lets in known addresses only', fits: isShut, ...NEVER, isAllSaid: true },
  { what: 'the App may not do this', fits: isOneOf([403]), ...NEVER },
  { what: 'it is not there, or not shown to the App', fits: isOneOf([404, 410]), ...NEVER },
  { what: 'GitHub finds the request invalid', fits: isOneOf([400, 422]), ...NEVER },
  { what: 'it is blocked for legal reasons', fits: isOneOf([451]), ...NEVER },
  { what: 'GitHub refuses the request', fits: ({ status }) => status !== null && status >= 400, ...NEVER },
  { what: 'the answer makes no sense', fits: () => true, read: 'final', write: 'ambiguous' },
];

/** What was asked. */
export interface Asked {
  /** As the route was written, without values: `POST /repos/{owner}/{repo}/issues/{issue_number}/comments`. */
  readonly route: string;
  readonly isWrite: boolean;
  /** Whether it may have reached GitHub. The token that it needs is asked for before, and is another request. */
  readonly sent: boolean;
}

/** @param error whatever was thrown on the way to an answer */
export function failureOf(error: unknown, { route, isWrite, sent }: Asked, now: Date): GitHubFailure {
  if (error instanceof GitHubFailure) return error;
  const symptom = symptomOf(error, sent);
  const row = failures.find(({ fits }) => fits(symptom));
  const kind = row?.[isWrite && sent ? 'write' : 'read'] ?? 'final';
  const { status, says, token } = symptom;
  const message = [
    `${route}: ${token ? 'no token for it: ' : ''}${row?.what ?? 'it failed'}`,
    status === null ? '' : ` (${status})`,
    says === '' || row?.isAllSaid ? '' : `: ${says}`,
    apart(symptom, now),
  ];
  const retryAt = row?.retryAt?.(symptom, now) ?? null;
  const shutOut = kind === 'final' && status !== null && (token || isSuspended(symptom) || isShut(symptom));
  return new GitHubFailure(washed(message.join('')), kind, { status, retryAt, shutOut });
}

function seconds({ headers }: Symptom, name: string): number | null {
  const value = headers[name];
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : null;
}

function after(now: Date, wait: number | null): Date | null {
  return wait === null ? null : new Date(now.getTime() + Math.min(wait, LONGEST_WAIT) * 1000);
}

/** Seconds: the budget of requests is by the hour, and whoever is told to wait longer than a day has been told nonsense. */
const LONGEST_BUDGET = 60 * 60;
const LONGEST_WAIT = 24 * 60 * 60;

/** `x-ratelimit-reset` is by GitHub's clock, as `date` is: what lies between them is how long to wait. */
function reset({ headers }: Symptom, now: Date): Date | null {
  const date = Date.parse(String(headers['date']));
  const wait = Number(headers['x-ratelimit-reset']) - (Number.isNaN(date) ? now.getTime() : date) / 1000;
  // A second more, for both are cut to whole ones. A reset in the past says nothing, as none does.
  return after(now, wait > 0 ? Math.min(wait, LONGEST_BUDGET) + 1 : 60);
}

/** How far apart the clocks are, where that is the trouble. */
function apart({ status, says, headers }: Symptom, now: Date): string {
  const date = Date.parse(String(headers['date']));
  if (status !== 401 || !/claim/.test(says) || Number.isNaN(date)) return '';
  const seconds = Math.round((now.getTime() - date) / 1000);
  return `; it is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}`;
}
