// GitHub's way in: a delivery is checked, stored, and only then acknowledged. Nothing here knows what it says.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { HttpProblem, toProblem, writeProblem } from '../http/problem.ts';
import type { Store } from '../store/store.ts';
import { closeGently } from './close-gently.ts';
import { type CommitBounds, createGroupCommit } from './group-commit.ts';
import { readHeaders } from './headers.ts';
import * as limits from './limits.ts';
import { createReadBody } from './raw-body.ts';
import { createVerify } from './signature.ts';

export interface ListenerParts {
  /** `receive` has to settle by itself, in seconds rather than minutes. */
  readonly store: Pick<Store, 'receive'>;
  /** Every webhook secret in use; two of them during a rotation. */
  readonly secrets: readonly string[];
  /** Called after each commit, to wake the worker; must not throw. */
  readonly onStored?: () => void;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** Other bounds than those of limits.ts, for tests. */
  readonly bounds?: Partial<ListenerBounds>;
}

export interface ListenerBounds {
  /** Bytes of one body; of all bodies being read; milliseconds until every answer. */
  readonly maxBody: number;
  readonly maxReading: number;
  readonly answerWithin: number;
  readonly commit: CommitBounds;
}

/** Takes a request when it is one for the webhooks' path, and says whether it has. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * The listener at `POST /api/github/webhooks`. It stands before whatever else answers, which would cost each delivery as
 * much time as checking it does. Answers 202 when the delivery is durable, and problems (RFC 9457) otherwise: 405, 415,
 * 413, 400 for the wrong shape, 401 for the wrong signature, 503 while the store cannot take it. Throws when `secrets` are
 * unusable.
 */
export function createListener({ store, secrets, onStored, log, bounds }: ListenerParts): Listener {
  const { maxBody, maxReading, answerWithin, commit: commitBounds } = { ...defaults, ...bounds };
  const isAuthentic = createVerify(secrets);
  const readBody = createReadBody({ maxBody, maxReading });
  const commit = createGroupCommit(async (deliveries) => {
    await store.receive(deliveries);
    onStored?.();
  }, commitBounds);

  const answer: Answer = async (request, response) => {
    const deadline = performance.now() + answerWithin;
    try {
      const { event, guid, signature } = readHeaders(request, maxBody);
      const body = await readBody(request);
      if (!isAuthentic(body, signature)) {
        throw new HttpProblem(401, 'The header X-Hub-Signature-256 is not that of this body and our webhook secret.');
      }
      await storedBy(deadline, commit({ guid, event, body }));
      if (canAnswer(response)) response.writeHead(202, ACKNOWLEDGED).end(STORED, 'latin1');
    } catch (error) {
      refuse(request, response, toProblem(error), log);
    }
  };
  return (request, response) => {
    if (pathOf(request) !== limits.webhooksPath) return false;
    void answer(request, response);
    return true;
  };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const STORED = 'stored\n';
const ACKNOWLEDGED = ['Content-Type', 'text/plain; charset=utf-8', 'Content-Length', String(STORED.length)];

/** Without its query. A proxy's request names the whole address; that is Koa's, and everybody's, reading of it too. */
function pathOf({ url = '' }: IncomingMessage): string | undefined {
  return url.startsWith('/') ? url.split('?', 1)[0] : URL.parse(url)?.pathname;
}

/** Whether somebody is there to hear the answer. Writing to nobody is an error, which would end this process. */
function canAnswer({ destroyed, socket }: ServerResponse): boolean {
  return !destroyed && socket?.writable === true;
}

const defaults: ListenerBounds = {
  maxBody: limits.maxBody,
  maxReading: limits.maxReading,
  answerWithin: limits.answerWithin,
  commit: limits.commitBounds,
};

/**
 * Waits for a commit, but not beyond the deadline, and throws a 503 for one that fails or is late. A late one may still
 * succeed: the delivery comes again under the same GUID, and is then known.
 */
async function storedBy(deadline: number, commit: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('the store took too long')), deadline - performance.now());
  try {
    await Promise.race([commit, late.promise]);
  } catch (cause) {
    const detail = 'The delivery could not be stored for now; deliver it again.';
    throw new HttpProblem(503, detail, { cause, headers: { 'Retry-After': '5' } });
  } finally {
    clearTimeout(timer);
  }
}

/** Only the reason is logged: headers are a stranger's, and a database error's fields can quote the body. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  problem: HttpProblem,
  log: ListenerParts['log'],
): void {
  const { status, cause, message } = problem;
  const reason = cause instanceof Error ? cause.message : message;
  log[status < 500 ? 'info' : 'error']({ status, reason }, 'delivery refused');
  if (!canAnswer(response)) return;
  const { headers, body } = writeProblem(problem);
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  if (headers['Connection'] === 'close') closeGently(request, response, body);
  else response.end(body);
}
