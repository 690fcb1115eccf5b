// A situation, decided: what the rules ask for is looked up until they ask for nothing more.
import { type DecideOptions, type Decision, decide } from '../engine/decide.ts';
import type { Facts } from '../facts/fact.ts';
import { recordOf } from '../facts/looked-up.ts';
import { type LookingUp, withLookups } from './look-up.ts';
import type { Situated } from './situate.ts';

export interface Concluded {
  /** With all that was found. */
  readonly situation: Situated;
  readonly decision: Decision;
}

/** @param stated what looking up would give, whatever GitHub and the store say */
export async function conclude(
  looking: LookingUp,
  options: DecideOptions,
  first: Situated,
  stated?: Facts,
): Promise<Concluded> {
  let situation = first;
  for (;;) {
    const seen = withStated(situation, stated);
    const decision = await decide(options, seen);
    if (decision.needs.length === 0) return { situation: seen, decision };
    situation = await withLookups(looking, seen, decision.needs);
  }
}

/** The situation with what is stated instead of looked up: `pull_request.*` of pull requests, the rest at any event. */
function withStated(situation: Situated, stated: Facts = {}): Situated {
  const { moment, subject } = situation;
  const names = Object.keys(stated).filter(
    (name) => !name.startsWith('pull_request.') || subject.kind === 'pull_request',
  );
  if (names.length === 0) return situation;
  const facts = Object.fromEntries(names.map((name) => [name, stated[name] ?? null]));
  return {
    ...situation,
    moment: moment && { ...moment, facts: { ...moment.facts, ...facts } },
    subject: { ...subject, facts: { ...subject.facts, ...facts } },
    lookedUp: { ...situation.lookedUp, ...recordOf(facts, names, { source: 'stated' }) },
  };
}
