// /healthz: the process runs. /readyz: it can do its work. /metrics: what it has done, for Prometheus.
import Router from '@koa/router';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { HttpProblem } from '../http/problem.ts';
import type { Store } from '../store/store.ts';

export interface HealthParts {
  readonly store: Store;
  /** Whether the rules are loaded and nothing is being stopped. */
  readonly isReady: () => boolean;
}

export function healthRoutes({ store, isReady }: HealthParts): Router {
  const router = new Router();
  const registry = metricsOf(store);

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
    ctx.type = registry.contentType;
    ctx.body = await registry.metrics();
  });

  return router;
}

/** Counts come from the database, so that any number of processes tell the same. */
function metricsOf(store: Store): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const deliveries = new Gauge({
    name: 'c4gt_deliveries',
    help: 'Deliveries stored, by what became of them',
    labelNames: ['state'] as const,
    registers: [registry],
    collect: async () => {
      const counts = await store.counts();
      for (const state of ['pending', 'processed', 'ignored', 'dead'] as const)
        deliveries.set({ state }, counts[state]);
    },
  });
  return registry;
}
