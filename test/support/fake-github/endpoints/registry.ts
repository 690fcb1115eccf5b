// All that the fake answers, by method and path as GitHub's description writes them.
import type { Budgets } from '../budget.ts';
import { type Endpoints, ok } from '../endpoint.ts';
import { apps } from './apps.ts';
import { checks } from './checks.ts';
import { comments } from './comments.ts';
import { deliveries, type Redeliver } from './deliveries.ts';
import { issues } from './issues.ts';
import { labelsAndPeople } from './labels-and-people.ts';
import { pulls } from './pulls.ts';
import { repositories } from './repositories.ts';

export const RATE_LIMIT = 'GET /rate_limit';

export function endpointsOf(budgets: Budgets, redeliver: Redeliver): Endpoints {
  return {
    ...apps,
    ...checks,
    ...comments,
    ...deliveries(redeliver),
    ...issues,
    ...labelsAndPeople,
    ...pulls,
    ...repositories,
    // Asking costs nothing.
    [RATE_LIMIT]: ({ asker }) => {
      const resources = { ...budgets.overview(asker), search: { limit: 30, used: 0, remaining: 30, reset: 0 } };
      return ok({ resources, rate: resources.core });
    },
  };
}
