// What the rules look at: the moment of the delivery, and the state of its subject with all that was ever learned.
import type { Situation } from '../engine/decide.ts';
import { contributorFacts } from '../facts/contributor.ts';
import type { Facts } from '../facts/fact.ts';
import { type Knowledge, learn, subjectKey } from '../facts/knowledge.ts';
import { type Consulted, lookUp } from '../facts/lookups.ts';
import { isGone, stateFacts } from '../facts/state.ts';
import type { Store, Work } from '../store/store.ts';
import type { Understood } from './understand.ts';

/** A situation, with what a commit has to name of where it came from. */
export interface Situated extends Situation {
  readonly subject: NonNullable<Situation['subject']> & {
    readonly repositoryId: number;
    readonly number: number;
    readonly version: number;
    /** The new knowledge; null when the event taught nothing new. */
    readonly learned: Knowledge | null;
  };
  readonly consulted: readonly Consulted[];
}

/** Null when there is nothing to decide: no subject, and no facts that a `when` could see. */
export async function situate(
  store: Pick<Store, 'subjects'>,
  work: Work,
  told: Understood | null,
): Promise<Situated | null> {
  const key = told === null ? work.subject : subjectOf(told);
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
    const subject = { ...where, kind: 'contributor', learned: null, events: ['contributor'], facts, gone: false };
    return { moment: momentOf(work, told, facts), subject, consulted: [] };
  }
  const known = stored.knowledge;
  const after = told?.observation === undefined ? known : learn(known, told.name, told.observation);
  const around = repository?.knowledge ?? null;
  const facts =
    after === null ? (told?.facts ?? (around === null ? {} : stateFacts(around, null))) : stateFacts(after, around);
  // Decided again without knowing where it is: that would only lose its name.
  if (told === null && typeof facts['repository.full_name'] !== 'string') return null;
  return {
    moment: momentOf(work, told, facts),
    subject: {
      ...where,
      kind: after?.subject.kind ?? 'none',
      learned: after === known ? null : after,
      events: after?.events ?? [],
      facts,
      gone: after !== null && isGone(after, around),
    },
    consulted: repository === undefined ? [] : [{ key: home, version: repository.version }],
  };
}

/** Repository 0 is nobody's: its numbers are accounts. */
function isContributor(key: string): boolean {
  return key.startsWith('0/');
}

/** What happened: a delivery, or an event of our own, of which the subject's state is all there is to know. */
function momentOf({ occasion }: Work, told: Understood | null, facts: Facts): Situation['moment'] {
  if (told !== null) return { event: told.name, occurrence: told.occurrence, facts: told.facts };
  if (occasion === null) return null;
  const [name = '', action] = occasion.event.split('.');
  const event = { 'event.name': name, ...(action === undefined ? {} : { 'event.action': action }) };
  return { ...occasion, facts: { ...facts, ...event } };
}

/**
 * An event about no issue or pull request belongs to its repository; without one, to nothing. A comment on a pull
 * request belongs to it, though it teaches nothing of it.
 */
function subjectOf(told: Understood): string | null {
  if (told.observation !== undefined) return subjectKey(told.observation.subject);
  const { 'repository.id': repository, 'issue.number': number } = told.facts;
  if (typeof repository !== 'number') return null;
  return `${repository}/${typeof number === 'number' ? number : 0}`;
}

/** The same situation with the facts looked up that the rules asked for. */
export async function withLookups(
  store: Pick<Store, 'subjects'>,
  situation: Situated,
  needs: readonly string[],
): Promise<Situated> {
  const read = (keys: readonly string[]) => store.subjects(keys);
  const ofState = await lookUp(situation.subject.facts, read);
  const ofMoment = situation.moment && (await lookUp(situation.moment.facts, read));
  const moment = situation.moment && {
    ...situation.moment,
    facts: completed(situation.moment.facts, ofMoment?.facts ?? {}),
  };
  const subject = { ...situation.subject, facts: { ...situation.subject.facts, ...ofState.facts } };
  // What was read twice counts as it was first: had it changed meanwhile, the commit must find the conflict.
  const asked = [...(ofMoment?.consulted ?? []), ...ofState.consulted, ...situation.consulted];
  const consulted = new Map(asked.map((one) => [one.key, one]));
  return {
    ...situation,
    moment,
    subject: { ...subject, facts: answered(subject.facts) },
    consulted: [...consulted.values()],
  };

  function completed(facts: Facts, found: Facts): Facts {
    const approved = situation.subject.facts['pull_request.approved_by'];
    return answered({
      ...(approved === undefined ? {} : { 'pull_request.approved_by': approved }),
      ...facts,
      ...found,
    });
  }

  /** What could not be found is known to be nothing; asking again would not help. */
  function answered(facts: Facts): Facts {
    return { ...Object.fromEntries(needs.map((name) => [name, null])), ...facts };
  }
}
