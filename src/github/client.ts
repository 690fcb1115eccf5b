// The port over one Octokit: requests by route, lists by page, GraphQL; each through the door, each fault by the table.
import type { Octokit } from '@octokit/rest';
import { type Door, NoAnswer, Refused, type Sending } from './door.ts';
import { failureOf } from './failure.ts';
import { type Answer, type GitHub, GitHubFailure, type Parameters } from './github.ts';
import { nextPage, PER_PAGE } from './next-page.ts';

/** The most pages that one list may have: 100,000 things at 100 a page. */
export const MAX_PAGES = 1_000;

export interface ClientOptions {
  readonly octokit: Octokit;
  readonly apiUrl: string;
  readonly door: Door;
  readonly clock: () => Date;
  /** The token that Octokit keeps: GitHub may end it before its time. */
  readonly token?: { isKept(): boolean; forget(): void };
}

export function gitHubOver(options: ClientOptions): GitHub {
  const { octokit, apiUrl, door, clock, token } = options;

  /** Runs `ask`, which gets what Octokit needs to go through the door; whatever it throws comes out by the table. */
  async function asked<T>(
    route: string,
    isWrite: boolean,
    signal: AbortSignal | undefined,
    ask: (request: { fetch: typeof fetch }) => Promise<T>,
  ): Promise<T> {
    const sending: Sending = { signal, sent: false };
    const isOld = token?.isKept() === true;
    const attempt = () => unlessAborted(signal, () => ask({ fetch: door(sending) }));
    try {
      return await attempt().catch((error: unknown) => {
        if (token === undefined || !sending.sent || !isUnauthorised(error)) throw error;
        token.forget();
        if (!isOld) throw error;
        // A 401 says that nothing happened: once more, with a new token.
        sending.sent = false;
        return attempt();
      });
    } catch (error) {
      throw failureOf(error, { route, isWrite, sent: sending.sent }, clock());
    }
  }

  async function request(route: string, parameters: Parameters, signal?: AbortSignal): Promise<Answer> {
    const [method = ''] = route.split(' ');
    const isRead = method === 'GET';
    return asked(withoutQuery(route), !isRead, signal, async (through) => {
      checkFilled(route, parameters);
      const { status, data, headers } = await octokit.request(route, { ...parameters, request: through });
      return { status, data, next: isRead ? nextPage(headers.link, apiUrl) : null };
    });
  }

  async function* pages(route: string, parameters: Parameters, signal?: AbortSignal) {
    const seen = new Set<string>();
    let at: { route: string; parameters: Parameters } = { route, parameters: { per_page: PER_PAGE, ...parameters } };
    for (;;) {
      const { data, next } = await request(at.route, at.parameters, signal);
      yield listIn(data, route);
      if (next === null) return;
      if (seen.has(next)) throw new GitHubFailure(`${route}: its pages go round in a circle`, 'final');
      seen.add(next);
      if (seen.size >= MAX_PAGES) throw new GitHubFailure(`${route}: more than ${MAX_PAGES} pages`, 'final');
      // The address of the next page holds every parameter.
      at = { route: `GET ${next}`, parameters: {} };
    }
  }

  async function graphql(query: string, variables: Readonly<Record<string, unknown>>, signal?: AbortSignal) {
    const route = `GraphQL ${/^\s*(\w+\s+\w+)/.exec(query)?.[1] ?? 'query'}`;
    return asked(route, !/^\s*(?:query\b|\{)/.test(query), signal, (through) =>
      octokit.graphql<unknown>(query, { ...variables, request: through }).catch(seenInPart),
    );
  }

  return { request, pages, graphql };
}

function isUnauthorised(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 401;
}

/** Ends the waiting with the signal, wherever in Octokit it is: in a queue, for a token, before another try. */
async function unlessAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work();
  const { promise: given, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new NoAnswer('it was given up'));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([given, ...(signal.aborted ? [] : [work()])]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/**
 * Octokit leaves a place that has no value empty, and the request is another one then: `DELETE …/labels/{name}` without
 * a name removes every label. Dots would lead up the path.
 */
function checkFilled(route: string, parameters: Parameters): void {
  for (const [, name = ''] of withoutQuery(route).matchAll(/\{(\w+)\}/g)) {
    const value = parameters[name];
    const isWritten = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string';
    if (!isWritten || ['', '.', '..', 'NaN'].includes(String(value))) throw new Refused(`{${name}} is not given`);
  }
}

/** Cursors and filters are nobody's business, and not part of what was asked. */
function withoutQuery(route: string): string {
  return route.replace(/\?.*$/s, '');
}

/** GitHub gives some lists as they are, and others beside their `total_count`. */
function listIn(data: unknown, route: string): readonly unknown[] {
  if (Array.isArray(data)) return data;
  const lists = typeof data === 'object' && data !== null ? Object.values(data).filter(Array.isArray) : [];
  const [list, ...others] = lists;
  if (list === undefined || others.length > 0) throw new GitHubFailure(`${route}: the answer is no list`, 'final');
  return list;
}

/** How one of many things is called in the answer to a query that asks for each of them by its number. */
export function asAlias(number: number): string {
  return `n${number}`;
}

/**
 * GitHub answers with an error for each thing in a list that the App may not see, an issue of a private repository for
 * one, or that is not there, and with null in its place. That is an answer, not a fault.
 */
function seenInPart(error: unknown): unknown {
  const { errors, data } = error as { errors?: unknown; data?: unknown };
  const isOneOfMany = (step: unknown) => typeof step === 'number' || /^n\d+$/.test(String(step));
  const isHidden = (one: { type?: unknown; path?: unknown }) =>
    (one.type === 'FORBIDDEN' || one.type === 'NOT_FOUND') && Array.isArray(one.path) && one.path.some(isOneOfMany);
  if (Array.isArray(errors) && errors.length > 0 && errors.every(isHidden) && data !== null && data !== undefined)
    return data;
  throw error;
}
