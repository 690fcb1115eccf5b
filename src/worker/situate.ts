// What the rules look at: the moment of the delivery, and the state of its subject with all that was ever learned.
import type { Situation } from '../engine/decide.ts';
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
  const [stored, repository] = await store.subjects(key === home ? [key] : [key, home]);
  if (stored === undefined) throw new Error(`the store did not answer for ${key}`);
  const known = stored.knowledge;
  const now = told?.observation === undefined ? known : learn(known, told.name, told.observation);
  const around = repository?.knowledge ?? null;
  const [repositoryId = 0, number = 0] = key.split('/').map(Number);
  const facts =
    now === null ? (told?.facts ?? (around === null ? {} : stateFacts(around, null))) : stateFacts(now, around);
  // Decided again without knowing where it is: that would only lose its name.
  if (told === null && typeof facts['repository.full_name'] !== 'string') return null;
  return {
    moment: told && { event: told.name, occurrence: told.occurrence, facts: told.facts },
    subject: {
      key,
      kind: now?.subject.kind ?? 'none',
      repositoryId,
      number,
      version: stored.version,
      learned: now === known ? null : now,
      events: now?.events ?? [],
      facts,
      gone: now !== null && isGone(now, around),
      effects: stored.effects,
    },
    consulted: repository === undefined ? [] : [{ key: home, version: repository.version }],
  };
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
