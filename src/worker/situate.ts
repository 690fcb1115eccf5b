// What the rules look at: the moment of the delivery, and the state of its subject with all that was ever learned.
import type { Situation } from '../engine/decide.ts';
import { contributorFacts } from '../facts/contributor.ts';
import type { Facts } from '../facts/fact.ts';
import { type Knowledge, learn, subjectKey } from '../facts/knowledge.ts';
import { type KeptLookups, type LookedUp, outdated, type Provenance, type Reference } from '../facts/looked-up.ts';
import type { Consulted } from '../facts/lookups.ts';
import { isGone, stateFacts } from '../facts/state.ts';
import type { Store, StoredSubject, Work } from '../store/store.ts';
import type { Understood } from './understand.ts';

/** A situation, with what a commit has to name of where it came from. */
export interface Situated extends Situation {
  readonly subject: NonNullable<Situation['subject']> & {
    readonly repositoryId: number;
    readonly number: number;
    readonly version: number;
    /** All that is known of it, with what the event taught; null of a contributor, and of what nothing is known. */
    readonly known: Knowledge | null;
    /** The same where it is new; null when nothing new was learned. */
    readonly learned: Knowledge | null;
    /** Whether its repository was deleted, with everything in it. */
    readonly homeGone: boolean;
    /** What GitHub answered about it. */
    readonly lookups: KeptLookups;
    /** The same where it is new. */
    readonly answered: KeptLookups | null;
  };
  /** The App's installation by whose way GitHub can be asked, or why there is none. */
  readonly installation: number | string;
  readonly consulted: readonly Consulted[];
  /** The issues that the pull request closes, once that was looked up. */
  readonly closes: readonly Reference[] | null;
  /** The facts of the ticket among them, once that was looked up; the rules are given those that they ask for. */
  readonly ticket: { readonly facts: Facts; readonly provenance: Provenance } | null;
  readonly lookedUp: LookedUp;
}

/** Null when there is nothing to decide: no subject, and no facts that a `when` could see. */
export async function situate(
  store: Pick<Store, 'subjects'>,
  work: Work,
  told: Understood | null,
): Promise<Situated | null> {
  const key = subjectOf(work, told);
  if (key === null) return null;
  const home = `${key.split('/')[0]}/0`;
  const [stored, repository] = await store.subjects(key === home || isContributor(key) ? [key] : [key, home]);
  if (stored === undefined) throw new Error(`the store did not answer for ${key}`);
  const [repositoryId = 0, number = 0] = key.split('/').map(Number);
  const { version, effects, contributor } = stored;
  const where = { key, repositoryId, number, version, effects };
  if (isContributor(key)) {
    if (contributor === null) return null;
    const facts = contributorFacts(contributor);
    const kind = { kind: 'contributor', events: ['contributor'], facts, gone: false } as const;
    const nothing = { known: null, learned: null, homeGone: false, lookups: {}, answered: null };
    const subject = { ...where, ...kind, ...nothing };
    return { ...UNASKED, moment: momentOf(work, told, facts), subject, installation: NOT_INSTALLED, consulted: [] };
  }
  const known = stored.knowledge;
  const after = told?.observation === undefined ? known : learn(known, told.implied ?? told.name, told.observation);
  const around = repository?.knowledge ?? null;
  const facts =
    after === null ? (told?.facts ?? (around === null ? {} : stateFacts(around, null))) : stateFacts(after, around);
  // Decided again without knowing where it is: that would only lose its name.
  if (told === null && typeof facts['repository.full_name'] !== 'string') return null;
  const learned = after === known ? null : after;
  // An answer is about what was known when GitHub was asked.
  const stale = learned !== null && stored.lookups !== null ? outdated(stored.lookups) : null;
  return {
    ...UNASKED,
    moment: momentOf(work, told, facts),
    installation: installationOf(told, stored.installation ?? repository?.installation ?? null),
    subject: {
      ...where,
      kind: after?.subject.kind ?? 'none',
      known: after,
      learned,
      lookups: stale ?? stored.lookups ?? {},
      answered: stale,
      events: after?.events ?? [],
      facts,
      gone: after !== null && isGone(after, around),
      homeGone: (around ?? (key === home ? after : null))?.gone === true,
    },
    consulted: repository === undefined ? [] : [{ key: home, version: repository.version }],
  };
}

const UNASKED = { closes: null, ticket: null, lookedUp: {} } as const;

const NOT_INSTALLED = 'the App is not known to be installed there';

/** That of the delivery; one that we know otherwise may be of no use. */
function installationOf(told: Understood | null, known: StoredSubject['installation']): number | string {
  const delivered = told?.facts['installation.id'];
  if (typeof delivered === 'number' && delivered !== known?.id) return delivered;
  if (known?.state === 'suspended') return 'the installation of the App is suspended';
  return known?.state === 'active' ? known.id : NOT_INSTALLED;
}

/** Repository 0 is nobody's: its numbers are accounts. */
function isContributor(key: string): boolean {
  return key.startsWith('0/');
}

/** What happened: a delivery, or an event of our own, of which the subject's state is all there is to know. */
function momentOf({ occasion }: Work, told: Understood | null, facts: Facts): Situation['moment'] {
  if (told?.implied !== undefined) return null;
  if (told !== null) return { event: told.name, occurrence: told.occurrence, facts: told.facts };
  if (occasion === null) return null;
  const [name = '', action] = occasion.event.split('.');
  const event = { 'event.name': name, ...(action === undefined ? {} : { 'event.action': action }) };
  return { ...occasion, facts: { ...facts, ...event } };
}

/**
 * Key of the subject that a piece of work is about. An event about no issue or pull request belongs to its repository;
 * without one, to nothing. A comment on a pull request belongs to it, though it teaches nothing of it.
 */
export function subjectOf(work: Work, told: Understood | null): string | null {
  if (told === null) return work.subject;
  if (told.observation !== undefined) return subjectKey(told.observation.subject);
  const { 'repository.id': repository, 'issue.number': number } = told.facts;
  if (typeof repository !== 'number') return null;
  return `${repository}/${typeof number === 'number' ? number : 0}`;
}
