// GitHub's primary rate limit: so many requests in an hour, and the headers that say how many are left.
// https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
import type { Asker } from './asker.ts';
import { Refusal } from './refusal.ts';

const HOUR = 3_600_000;
const ANONYMOUS_LIMIT = 60;

interface Budget {
  limit: number;
  used: number;
  /** Milliseconds of the fake's clock. */
  resetsAt: number;
}

export type Resource = 'core' | 'graphql';

export interface Budgets {
  /** Counts a request; throws GitHub's 403 when none is left. */
  spend(asker: Asker, resource: Resource): Record<string, string>;
  /** The headers as they stand. */
  headers(asker: Asker, resource: Resource): Record<string, string>;
  /** As GET /rate_limit shows it. */
  overview(asker: Asker): Record<Resource, Record<string, number>>;
  /** Nothing is left of an installation's budget for so long; in milliseconds. */
  exhaust(installation: number, lasting?: number): void;
}

/** @param limit requests an hour of each App and each installation */
export function createBudgets(now: () => number, limit: number): Budgets {
  const budgets = new Map<string, Budget>();

  const budgetOf = (key: string, most: number): Budget => {
    const known = budgets.get(key);
    if (known !== undefined && known.resetsAt > now()) return known;
    const made = { limit: most, used: 0, resetsAt: now() + HOUR };
    budgets.set(key, made);
    return made;
  };
  const of = (asker: Asker, resource: Resource) =>
    budgetOf(`${resource} ${nameOf(asker)}`, asker.kind === 'nobody' ? ANONYMOUS_LIMIT : limit);
  const headersOf = ({ limit: most, used, resetsAt }: Budget, resource: Resource) => ({
    'x-ratelimit-limit': String(most),
    'x-ratelimit-remaining': String(Math.max(0, most - used)),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(Math.ceil(resetsAt / 1000)),
    'x-ratelimit-resource': resource,
  });
  return {
    spend: (asker, resource) => {
      const budget = of(asker, resource);
      if (budget.used >= budget.limit) throw exceeded(asker, headersOf(budget, resource));
      budget.used += 1;
      return headersOf(budget, resource);
    },
    headers: (asker, resource) => headersOf(of(asker, resource), resource),
    overview: (asker) => {
      const shown = (resource: Resource) => {
        const { limit: most, used, resetsAt } = of(asker, resource);
        return { limit: most, used, remaining: Math.max(0, most - used), reset: Math.ceil(resetsAt / 1000) };
      };
      return { core: shown('core'), graphql: shown('graphql') };
    },
    exhaust: (installation, lasting = HOUR) => {
      for (const resource of ['core', 'graphql'] as const) {
        budgets.set(`${resource} installation ${installation}`, {
          limit: limit,
          used: limit,
          resetsAt: now() + lasting,
        });
      }
    },
  };
}

function nameOf(asker: Asker): string {
  if (asker.kind === 'nobody') return 'nobody';
  return asker.kind === 'app' ? `app ${asker.app.id}` : `installation ${asker.installation.id}`;
}

function exceeded(asker: Asker, headers: Record<string, string>): Refusal {
  const whose = asker.kind === 'installation' ? `installation ID ${asker.installation.id}` : nameOf(asker);
  return new Refusal(403, `API rate limit exceeded for ${whose}.`, [], headers);
}
