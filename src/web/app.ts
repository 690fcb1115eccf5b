// The Koa application: errors in one shape, safe headers, then health and the API, in that order.
import type Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import helmet from 'koa-helmet';
import type { Logger } from 'pino';
import { answerProblem, HttpProblem, toProblem } from '../http/problem.ts';
import { StoreUnavailable } from '../store/store.ts';
import { type ApiParts, apiRoutes } from './api.ts';
import { fewAtOnce, READING, type ReadingBounds } from './few-at-once.ts';
import { healthRoutes } from './health.ts';
import { type LedgerParts, ledgerRoutes } from './ledger.ts';
import type { Metrics } from './metrics.ts';

/** What is served here is no page, so nothing may be loaded, run or framed; the pages of /setup say what they need. */
const HEADERS = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  xFrameOptions: { action: 'deny' },
} as const;

export interface AppParts extends ApiParts, LedgerParts {
  readonly isReady: () => boolean;
  readonly metrics: Metrics;
  /** Pages on which a GitHub App is made, while there is none. */
  readonly setup?: Router | null;
  readonly log: Pick<Logger, 'error'>;
  /** Others than those of few-at-once.ts, for tests. */
  readonly reading?: ReadingBounds;
}

export function createApp({ isReady, metrics, setup = null, log, reading = READING, ...api }: AppParts): Koa {
  const app = new Koa();
  app.silent = true;
  app.on('error', (error: Error) => log.error({ reason: error.message }, 'answering failed'));
  app.use(helmet(HEADERS));
  app.use(problems(log));
  if (setup !== null) app.use(setup.routes());
  serve(app, healthRoutes({ ...api, metrics, isReady }));
  // Those who watch over this process are not kept waiting by those who read.
  app.use(fewAtOnce(reading));
  for (const router of [ledgerRoutes(api), apiRoutes(api)]) serve(app, router);
  return app;
}

function serve(app: Koa, router: Router): void {
  app.use(router.routes());
  app.use(router.allowedMethods({ throw: true, methodNotAllowed: readOnly, notImplemented: readOnly }));
}

function readOnly(): HttpProblem {
  return new HttpProblem(405, 'This can only be read: GET.', { headers: { Allow: 'GET, HEAD, OPTIONS' } });
}

/** Every error below becomes an answer in the shape of RFC 9457; what nobody foresaw is logged. */
function problems(log: AppParts['log']): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new HttpProblem(404, 'There is nothing at this address.');
    } catch (error) {
      const problem = error instanceof StoreUnavailable ? unavailable(error) : toProblem(error);
      // What we refuse of our own accord, as one reader too many, is nobody's fault, and would fill the log.
      if (problem.status >= 500 && problem.cause !== undefined) {
        const reason = problem.cause instanceof Error ? problem.cause.message : problem.message;
        log.error({ path: ctx.path, status: problem.status, reason }, 'request failed');
      }
      answerProblem(ctx, problem);
    }
  };
}

function unavailable(cause: StoreUnavailable): HttpProblem {
  return new HttpProblem(503, 'The database cannot be reached for now.', { cause, headers: { 'Retry-After': '5' } });
}
