// The facts of a contributor, from what our own ledger and registrations say.
import type { User } from '../models/user.ts';
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

/** Of an account that we may never have seen: then it has no points and no badges, and is not registered. */
export function contributorOf(user: User | null, contributor: Contributor | null): Facts {
  if (user !== null) return derive({ ...contributorFacts({ ...NOBODY, ...contributor, ...user }), contributor: user });
  const empty = ['contributor', 'contributor.points', 'contributor.registered', 'contributor.badges'];
  return derive(Object.fromEntries(empty.map((name) => [name, null])));
}

const NOBODY = { points: 0, registered: false, badges: [] };

export function contributorFacts({ id, login, points, registered, badges }: Contributor): Facts {
  return derive({
    contributor: { id, login },
    'contributor.points': points,
    'contributor.registered': registered,
    'contributor.badges': badges,
  });
}
