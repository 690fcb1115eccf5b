// What Prometheus is told: of this process, of its answers, and of what the database holds, which all processes tell alike.
// What each means, and what to be alarmed by: docs/metrics.md.
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Store } from '../store/store.ts';

export interface MetricsParts {
  readonly store: Pick<Store, 'counts'>;
  /** What is wrong with the rule files while older rules are in force; null when nothing is. */
  readonly refusedRules: () => string | null;
}

export interface Metrics {
  /** Counts and times an answer, from now on until it has ended. */
  time(route: 'deliveries' | 'others', answer: ServerResponse): void;
  readonly contentType: string;
  /** As text. Costs the database one look, however many ask in the same second. */
  read(): Promise<string>;
}

/** Milliseconds for the database: Prometheus waits for ten seconds, and wants the rest all the same. */
const PATIENCE = 3_000;

/** Milliseconds for which the same is told again. */
const TOLD_AGAIN_FOR = 1_000;

export function createMetrics({ store, refusedRules }: MetricsParts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const byState = (name: string, help: string) => new Gauge({ name, help, labelNames: ['state'] as const, registers });

  const isThere = gauge('c4gt_database_up', 'Whether the database has answered (1), or not (0)');
  const deliveries = byState('c4gt_deliveries', 'Deliveries stored, by what became of them');
  const oldest = gauge(
    'c4gt_oldest_pending_delivery_age_seconds',
    'For how long the delivery that has waited longest is pending; 0 when none is',
  );
  const subjects = byState('c4gt_subjects', 'Issues and pull requests to decide again, due or given up');
  const effects = byState('c4gt_effects', 'Effects to be seen on GitHub, by what became of them, without those done');
  const rules = gauge('c4gt_rules', 'Rules in force');
  const refused = gauge(
    'c4gt_rules_refused',
    'Whether the rule files cannot be used, and older rules are in force (1)',
  );
  const durations = new Histogram({
    name: 'c4gt_http_request_duration_seconds',
    help: 'Seconds from the head of a request to the end of its answer',
    labelNames: ['route', 'code'] as const,
    // Up to the ten seconds that GitHub waits.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });

  const look = async (): Promise<void> => {
    refused.set(refusedRules() === null ? 0 : 1);
    const counts = await Promise.race([store.counts(), sleep(PATIENCE, null, { ref: false })]).catch(() => null);
    isThere.set(counts === null ? 0 : 1);
    for (const numbers of [deliveries, subjects, effects]) numbers.reset();
    oldest.set(Number.NaN);
    if (counts === null) return;
    for (const state of ['pending', 'processed', 'ignored', 'dead'] as const) deliveries.set({ state }, counts[state]);
    oldest.set(counts.waiting_since === null ? 0 : Math.max(0, (Date.now() - Date.parse(counts.waiting_since)) / 1000));
    for (const state of ['pending', 'dead'] as const) subjects.set({ state }, counts.subjects[state]);
    for (const state of ['pending', 'dead', 'skipped', 'parked'] as const)
      effects.set({ state }, counts.effects[state]);
    rules.set(counts.rules.count);
  };
  let looked: { readonly at: number; readonly done: Promise<void> } | null = null;

  return {
    contentType: registry.contentType,

    time(route, answer) {
      const since = performance.now();
      answer.once('close', () => {
        // A connection that ended before its answer did got none.
        const code = answer.writableFinished ? String(answer.statusCode) : 'none';
        durations.observe({ route, code }, (performance.now() - since) / 1000);
      });
    },

    async read() {
      const now = performance.now();
      if (looked === null || now - looked.at > TOLD_AGAIN_FOR) looked = { at: now, done: look() };
      await looked.done;
      return await registry.metrics();
    },
  };
}
