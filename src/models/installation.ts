// An installation of our GitHub App: in full in its own events, by number alone in all others.
import Type, { type Static } from 'typebox';
import { githubNumber } from './github-number.ts';
import { Maybe } from './nullable.ts';
import { Timestamp, utc } from './timestamp.ts';

/** Whoever installed the App. An enterprise has a slug instead of a login. */
const Account = Type.Object({
  id: githubNumber(),
  login: Maybe(Type.String({ minLength: 1 })),
  type: Maybe(Type.String()),
});

export const Installation = Type.Object({
  id: githubNumber(),
  account: Maybe(Account),
  repository_selection: Maybe(Type.String()),
  suspended_at: Maybe(Timestamp),
  /** In the events of some years seconds since 1970, in those of others a time like any other. */
  updated_at: Maybe(Type.Union([Timestamp, Type.Integer({ minimum: 0, maximum: 253_402_300_799 })])),
});

export type Installation = Static<typeof Installation>;

/** A repository as installation events list it. */
export const InstalledRepository = Type.Object({
  id: githubNumber(),
  full_name: Type.String({ minLength: 1 }),
});

export type InstalledRepository = Static<typeof InstalledRepository>;

/** What is said of an installation, by GitHub's events or when it is asked. */
export interface InstallationNews {
  readonly id: number;
  /** Login of whoever installed it. */
  readonly account: string | null;
  readonly state: 'active' | 'suspended' | 'deleted';
  /** When it was last changed, ISO 8601: of two that say different things, the later one counts. */
  readonly at: string;
  /** Of those of one time, the higher one counts. */
  readonly rank: number;
  /** Repositories that are, or are no longer, in it. */
  readonly added: readonly InstalledRepository[];
  readonly removed: readonly InstalledRepository[];
  /** Whether everything in it has to be looked through: we have heard nothing of it until now, or not all. */
  readonly whole: boolean;
}

/**
 * When it was last changed, and which of two of that time is the later one. GitHub's own examples show that ending a
 * suspension does not always move the time along, so it counts as later than the suspension.
 */
export function installationTime({ updated_at: at, suspended_at: suspended }: Installation, isEnd = false) {
  const written = typeof at === 'number' ? new Date(at * 1000).toISOString() : (at ?? '1970-01-01T00:00:00Z');
  return { at: utc(written), rank: isEnd ? 2 : suspended ? 1 : 0 };
}
