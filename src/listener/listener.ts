// GitHub's way in: a delivery is checked, stored, and only then acknowledged. Nothing here knows what it says.
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { answerProblem, HttpProblem, toProblem } from '../http/problem.ts';
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

/**
 * Koa middleware for `POST /api/github/webhooks`; other paths pass by. It must come before anything that reads bodies.
 * Answers 202 when the delivery is durable, and problems (RFC 9457) otherwise: 405, 415, 413, 400 for the wrong shape,
 * 401 for the wrong signature, 503 while the store cannot take it. Throws when `secrets` are unusable.
 */
export function createListener({ store, secrets, onStored, log, bounds }: ListenerParts): Middleware {
  const { maxBody, maxReading, answerWithin, commit: commitBounds } = { ...defaults, ...bounds };
  const isAuthentic = createVerify(secrets);
  const readBody = createReadBody({ maxBody, maxReading });
  const commit = createGroupCommit(async (deliveries) => {
    await store.receive(deliveries);
    onStored?.();
  }, commitBounds);

  return async (ctx, next) => {
    if (ctx.path !== limits.webhooksPath) return next();
    const deadline = performance.now() + answerWithin;
    try {
      const { event, guid, signature } = readHeaders(ctx.req, maxBody);
      const body = await readBody(ctx.req);
      if (!isAuthentic(body, signature)) {
        throw new HttpProblem(401, 'The header X-Hub-Signature-256 is not that of this body and our webhook secret.');
      }
      await storedBy(deadline, commit({ guid, event, body }));
      ctx.status = 202;
      ctx.body = 'stored\n';
    } catch (error) {
      refuse(ctx, toProblem(error), log);
    }
  };
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
function refuse(ctx: Context, problem: HttpProblem, log: ListenerParts['log']): void {
  const reason = problem.cause instanceof Error ? problem.cause.message : problem.message;
  log[problem.status < 500 ? 'info' : 'error']({ status: problem.status, reason }, 'delivery refused');
  answerProblem(ctx, problem);
  if (problem.headers['Connection'] === 'close' && typeof ctx.body === 'string') closeGently(ctx, ctx.body);
}
