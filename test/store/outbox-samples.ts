// Wishes, claims and outcomes to test the outbox with, and a clock for it that tests turn on by hand.
import type { Claim, ClaimedEffect, InstallationState, Outbox, Outcome, Terms } from '../../src/store/outbox.ts';
import type { Commit, Json, Store, StoredEffect } from '../../src/store/store.ts';
import type { TestDatabase } from '../support/database.ts';
import { aCommit, aDelivery, claimedOne, newRepository } from './samples.ts';

export const terms: Terms = { visibility: 20, gap: 1, perMinute: 80, perHour: 500, perSubject: 30 };

let installations = 10_000;

/** The number of an installation that no other test uses. */
export function newInstallation(): number {
  return ++installations;
}

export interface Wish {
  readonly repositoryId: number;
  readonly number?: number;
  readonly key?: string;
  readonly action?: string;
  readonly params?: Json;
  readonly state?: StoredEffect['state'];
}

/** A decision that wishes for one effect, or no longer does. */
export function aWish(wish: Wish, version: number): Commit {
  const { repositoryId, number = 1, key = 'a', action = 'comment', params = { body: 'Hello' } } = wish;
  const effect = { key, rule: 'r', action, params, state: wish.state ?? 'standing' };
  const outward = [{ effect: key, medium: action === 'notify_discord' ? ('discord' as const) : ('github' as const) }];
  return aCommit({ repositoryId, number, version, learns: false, effects: [effect], outward });
}

/** Decides that something is wished for, whatever was decided of the subject before. */
export async function wish(store: Store, wanted: Wish): Promise<void> {
  const key = `${wanted.repositoryId}/${wanted.number ?? 1}`;
  const [stored] = await store.subjects([key]);
  const result = await store.commit(aWish(wanted, stored?.version ?? 0));
  if (result !== 'committed') throw new Error(`The wish was not committed: ${result}`);
}

/** A delivery from this repository, through this installation. */
export async function tellInstalled(store: Store, repositoryId: number, installation: number): Promise<void> {
  const work = await claimedOne(store, aDelivery());
  const [stored] = await store.subjects([`${repositoryId}/0`]);
  const about = { repositoryId, number: 0, version: stored?.version ?? 0, installation };
  await store.commit(aCommit({ ...about, message: work.message, delivery: work.delivery?.id ?? null }));
}

/** What GitHub's list of installations, or an event, would leave behind. */
export async function setInstallation(
  query: TestDatabase['query'],
  id: number,
  state: InstallationState,
): Promise<void> {
  await query(`insert into c4gt.installations (id, state) values (${id}, '${state}')
    on conflict (id) do update set state = excluded.state`);
}

/** A repository in which the App is installed. */
export async function aHome(store: Store): Promise<{ repositoryId: number; installation: number }> {
  const home = { repositoryId: newRepository(), installation: newInstallation() };
  await tellInstalled(store, home.repositoryId, home.installation);
  return home;
}

export async function claimEffect(store: Outbox, other: Partial<Terms> = {}): Promise<ClaimedEffect> {
  const { effect } = await store.claimEffect({ ...terms, ...other });
  if (effect === null) throw new Error('No effect could be claimed');
  return effect;
}

/** Keys of what can be claimed now, one after the other; the claims stay. */
export async function claimable(store: Outbox, other: Partial<Terms> = {}): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const { effect } = await store.claimEffect({ ...terms, ...other });
    if (effect === null) return keys;
    keys.push(effect.key);
  }
}

export function anOutcome(outcome: Partial<Outcome> = {}): Outcome {
  const nothing = { reason: null, performed: null, unsure: false, heir: null, wrote: false };
  const counts = { seconds: 0, pause: 0, setbacks: 0, faults: 0, counted: true };
  return { state: 'done', ...nothing, ...counts, ...outcome };
}

/** Writes, and settles with what came of it. */
export async function write(store: Outbox, claim: Claim, outcome: Partial<Outcome> = {}): Promise<void> {
  const answer = await store.beginWrite(claim, null);
  if (answer !== 'go') throw new Error(`The write could not begin: ${answer}`);
  await store.settleEffect(claim, anOutcome({ wrote: true, ...outcome }));
}

/** Lets so many seconds pass, for the outbox. */
export async function pass({ query }: Pick<TestDatabase, 'query'>, seconds: number): Promise<void> {
  const by = `interval '${seconds} seconds'`;
  await query(`
    update c4gt.installations
    set leased_until = leased_until - ${by}, written_at = written_at - ${by}, paused_until = paused_until - ${by};
    update c4gt.outbox set due_at = due_at - ${by}, at = at - ${by};
    update c4gt.writes set at = at - ${by}`);
}

export async function emptyOutbox({ query }: Pick<TestDatabase, 'query'>): Promise<void> {
  await query(
    'truncate c4gt.outbox, c4gt.writes, c4gt.installed_repositories, c4gt.installations, c4gt.connections cascade',
  );
}
