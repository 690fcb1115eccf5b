// The one way out: a `fetch` that goes to the configured API host and to no other, in bounded time, and whose answers
// are whole. Octokit's own has no timeout, follows redirects anywhere, makes a GET of a POST that is redirected, and
// takes half an answer for an empty one.
import { keepable, TooLarge, textOf } from './answer-text.ts';

/** No usable answer came. Whether GitHub acted is another question: {@link Sending}. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
}

/** Something we do not do, and never will, whatever GitHub says. */
export class Refused extends Error {
  override name = 'Refused';
}

/** One request on its way. */
export interface Sending {
  readonly signal?: AbortSignal | undefined;
  /** Whether GitHub may have received it and acted on it. */
  sent: boolean;
}

/** @returns for one request on its way, what Octokit uses as its `fetch` */
export type Door = (sending: Sending) => typeof fetch;

/** https://docs.github.com/rest/about-the-rest-api/api-versions; supported until March 2028 at least. */
const API_VERSION = '2022-11-28';

/**
 * “You should repeat your request to the URL specified by the `location` header.”
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 */
const REPEATED_ELSEWHERE: ReadonlySet<number> = new Set([301, 302, 307, 308]);
const MAX_REDIRECTS = 3;
/** Statuses that come without a body: https://fetch.spec.whatwg.org/#null-body-status */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** @param timeout milliseconds from sending a request to the end of its answer, redirects included */
export function doorTo(apiUrl: string, timeout: number): Door {
  const { origin, host } = new URL(apiUrl);
  const within = (address: string, from?: string): string => {
    const url = URL.parse(address, from);
    if (url?.origin === origin && url.username === '' && url.password === '') return url.href;
    throw new Refused(`it leads away from ${host}`);
  };
  return (sending) => async (input, init) => {
    const limits = AbortSignal.any([AbortSignal.timeout(timeout), ...(sending.signal ? [sending.signal] : [])]);
    const headers = { 'x-github-api-version': API_VERSION, ...Object.fromEntries(new Headers(init?.headers)) };
    let address = within(String(input));
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await send(address, { ...init, headers, redirect: 'manual', signal: limits }, sending);
      const { status } = response;
      if (status < 300 || status >= 400 || status === 304) return whole(response, sending);
      await response.body?.cancel();
      if (!REPEATED_ELSEWHERE.has(status)) throw new Refused(`it is answered with a redirect, ${status}`);
      address = within(response.headers.get('location') || 'nowhere:', address);
    }
    throw new Refused('it is redirected again and again');
  };
}

async function send(address: string, init: RequestInit, sending: Sending): Promise<Response> {
  if (sending.signal?.aborted) throw new NoAnswer('it was given up');
  sending.sent = true;
  try {
    return await fetch(address, init);
  } catch (error) {
    if (neverLeft(error)) sending.sent = false;
    throw new NoAnswer(why(error, sending));
  }
}

/** The answer with its body read to the end: cut off, it would pass for an empty one. */
async function whole(response: Response, sending: Sending): Promise<Response> {
  let text = '';
  try {
    text = await textOf(response);
  } catch (error) {
    // A refusal says enough with its status.
    if (response.ok) throw new NoAnswer(why(error, sending));
  }
  const { status, statusText, headers } = response;
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get('content-type') ?? '');
  // A login page or a proxy's greeting is no answer of the API, and half an object is none either.
  if (response.ok && !BODILESS.has(status) && (isJson || text !== '') && !(isJson && parses(text)))
    throw new NoAnswer(isJson ? 'the answer was cut off' : 'the answer is not JSON');
  const body = isJson ? keepable(text) : text;
  return new Response(BODILESS.has(status) ? null : body, { status, statusText, headers });
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Codes of Node and undici for a connection that never came about; certificates are looked at before anything is sent. */
const NOT_CONNECTED =
  /^(?:UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|\w+_SELF_SIGNED_CERT|SELF_SIGNED_CERT_\w+|UNABLE_TO_\w+)$/;

/** Whether nothing can have reached GitHub. When in doubt, no. */
export function neverLeft(error: unknown): boolean {
  const cause = innermost(error);
  if (cause instanceof AggregateError) return cause.errors.length > 0 && cause.errors.every(neverLeft);
  const { syscall, code } = cause as { syscall?: unknown; code?: unknown };
  return syscall === 'connect' || syscall === 'getaddrinfo' || NOT_CONNECTED.test(String(code));
}

/** In words, with the system's code: the message of such an error may hold bytes of an answer. */
function why(error: unknown, { signal }: Sending): string {
  if (signal?.aborted) return 'it was given up';
  const cause = innermost(error);
  if (cause instanceof TooLarge) return `the answer is too large, ${cause.message}`;
  if (cause.name === 'TimeoutError') return 'it took too long';
  const { code } = cause as { code?: unknown };
  return typeof code === 'string' ? `the connection failed, ${code}` : 'the connection failed';
}

/** What `fetch failed` is about. */
function innermost(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error && !(error instanceof AggregateError) ? innermost(error.cause) : error;
}
