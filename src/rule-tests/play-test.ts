// A prepared test played against rules: what stands at the end, and every decision on the way there.
import type { RuleOutcome } from '../engine/decide.ts';
import type { RuleSet } from '../engine/rule.ts';
import { type MemoryProgramme, memoryProgramme } from './memory-programme.ts';
import type { PreparedStep, PreparedTest } from './prepare.ts';

/** One decision, and what each rule came to in it; those out of scope that changed nothing are left out. */
export interface Decided {
  /** Key of what it was decided on. */
  readonly key: string;
  /** The same for people: `owner/name#1`, or a contributor's login. */
  readonly subject: string;
  /** `issues.labeled`, or `decided again`. */
  readonly event: string;
  /** ISO 8601. */
  readonly now: string;
  readonly outcomes: readonly RuleOutcome[];
}

export interface Played {
  readonly programme: MemoryProgramme;
  /** In order. */
  readonly decided: readonly Decided[];
}

/** @throws Error in a sentence when the rules never come to rest */
export async function playTest({ steps, lookups }: PreparedTest, rules: RuleSet): Promise<Played> {
  let now = new Date(0);
  const decided: Decided[] = [];
  const programme = memoryProgramme(rules, {
    clock: () => now,
    lookups,
    onDecision: ({ subject: { key, repository, number }, event, trace }) => {
      const contributor = programme.contributors().find(({ id }) => key === `0/${id}`);
      const subject = contributor?.login ?? (number === 0 ? repository : `${repository}#${number}`);
      // The store keeps a trace as JSON; it is what the decision made.
      const outcomes = trace as unknown as readonly RuleOutcome[];
      decided.push({ key, subject, event, now: now.toISOString(), outcomes });
    },
  });
  for (const step of steps) {
    now = new Date(step.now);
    await take(step, programme);
  }
  return { programme, decided };
}

async function take(step: PreparedStep, programme: MemoryProgramme): Promise<void> {
  if (step.kind === 'delivery') return programme.tellUnderstood(step.event, step.told);
  return step.kind === 'day' ? programme.dayComes() : programme.tellContributor(step.who, step);
}
