// A situation with one more thing found: its facts, the record of where they came from, what is kept of them, or why they
// cannot be had.
import type { Facts } from '../facts/fact.ts';
import { type LookedUp, type Provenance, recordOf } from '../facts/looked-up.ts';
import { GitHubFailure } from '../github/github.ts';
import type { Situated } from './situate.ts';

/** What fails for good is an error of the rules that need it, and of no other. */
export async function orImpossible(
  situation: Situated,
  names: readonly string[],
  look: () => Promise<Situated>,
): Promise<Situated> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    const { message } = error;
    return {
      ...situation,
      impossible: { ...situation.impossible, ...Object.fromEntries(names.map((name) => [name, message])) },
    };
  }
}

/** Facts of the event alone. */
export function ofMoment(
  situation: Situated,
  facts: Facts,
  provenance: Provenance,
  recorded = Object.keys(facts),
): Situated {
  const moment = situation.moment && { ...situation.moment, facts: { ...situation.moment.facts, ...facts } };
  return { ...situation, moment, lookedUp: recording(situation, facts, provenance, recorded) };
}

/** Facts of the subject, which its events offer too. */
export function ofSubject(
  situation: Situated,
  facts: Facts,
  provenance: Provenance,
  recorded = Object.keys(facts),
): Situated {
  const { subject } = situation;
  const seen = ofMoment(situation, facts, provenance, recorded);
  return { ...seen, subject: { ...subject, facts: { ...subject.facts, ...facts } } };
}

function recording({ lookedUp }: Situated, facts: Facts, provenance: Provenance, names: readonly string[]): LookedUp {
  return { ...lookedUp, ...recordOf(facts, names, provenance) };
}

/** With an answer of GitHub's that is to be kept with the subject. */
export function keep(situation: Situated, answer: Situated['subject']['lookups']): Situated {
  const { subject } = situation;
  const lookups = { ...subject.lookups, ...answer };
  const isNew = JSON.stringify(lookups) !== JSON.stringify(subject.lookups);
  return { ...situation, subject: { ...subject, lookups, answered: isNew ? lookups : subject.answered } };
}

/** What could not be found is known to be nothing; asking again would not help. */
export function answered(situation: Situated, needs: readonly string[]): Situated {
  const { moment, subject, impossible = {} } = situation;
  const possible = needs.filter((name) => !Object.hasOwn(impossible, name));
  const nothing = Object.fromEntries(possible.map((name) => [name, null]));
  return {
    ...situation,
    moment: moment && { ...moment, facts: { ...nothing, ...moment.facts } },
    subject: { ...subject, facts: { ...nothing, ...subject.facts } },
  };
}
