// /healthz: the process runs. /readyz: it can do its work. /metrics: what it has done, for Prometheus.
import Router from '@koa/router';
import { HttpProblem } from '../http/problem.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';

export interface HealthParts {
  readonly store: Store;
  readonly metrics: Metrics;
  /** Whether the rules are loaded and nothing is being stopped. */
  readonly isReady: () => boolean;
}

export function healthRoutes({ store, metrics, isReady }: HealthParts): Router {
  const router = new Router();

  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'alive' };
  });

  router.get('/readyz', async (ctx) => {
    if (!isReady()) throw new HttpProblem(503, 'Starting or stopping.');
    try {
      await store.ping();
    } catch (cause) {
      throw new HttpProblem(503, 'The database cannot be reached.', { cause });
    }
    ctx.body = { status: 'ready' };
  });

  router.get('/metrics', async (ctx) => {
    ctx.type = metrics.contentType;
    ctx.body = await metrics.read();
  });

  return router;
}
