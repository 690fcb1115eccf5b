// The facts of a contributor, from what our own ledger and registrations say.
import { derive } from './catalogue.ts';
import type { Facts } from './fact.ts';

/** What is kept of a contributor. */
export interface Contributor {
  /** GitHub's number of the account. */
  readonly id: number;
  readonly login: string;
  readonly points: number;
  readonly registered: boolean;
  readonly badges: readonly string[];
}

export function contributorFacts({ id, login, points, registered, badges }: Contributor): Facts {
  return derive({
    contributor: { id, login },
    'contributor.points': points,
    'contributor.registered': registered,
    'contributor.badges': badges,
  });
}
