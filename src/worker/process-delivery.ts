// The whole system in one sentence: a delivery is understood, what it teaches is added to what we know, the rules
// decide, and everything that must change is committed together with the acknowledgement of the queue.
import type { Actions } from '../actions/action.ts';
import { type DecideOptions, type Decision, decide } from '../engine/decide.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { Facts } from '../facts/fact.ts';
import { isLookup } from '../facts/lookups.ts';
import type { Commit, Store, Work } from '../store/store.ts';
import { commitOf } from './commit-of.ts';
import { type Situated, situate, withLookups } from './situate.ts';
import { type Understood, understand } from './understand.ts';

/** The part of the store that deciding needs. */
export type DecidingStore = Pick<Store, 'subjects' | 'commit' | 'finish'>;

export interface Processing {
  readonly store: DecidingStore;
  readonly actions: Actions;
  /** The active rules of this process; they may be exchanged while it runs. */
  readonly rules: () => RuleSet;
  /** The time it is; by default the machine's. */
  readonly clock?: () => Date;
  /** Reads a delivery; by default from its bytes. */
  readonly understand?: typeof understand;
  /** What looking up would give, whatever the store says: a test of rules may state it. */
  readonly lookups?: Facts;
  /** Told of each rule that failed on a subject: its author has to mend it, and reads the log, not every trace. */
  readonly onRuleError?: (rule: string, subject: string, error: string) => void;
}

/** The last two want another try: when this process's rules are active again, or with less of a crowd. */
export type Processed = 'processed' | 'ignored' | 'other rules' | 'contended';

/** Under contention each round lets one worker through; more rounds than workers could ever need. */
const MAX_ROUNDS = 100;

/** @throws InvalidPayload when the delivery can never succeed, StoreUnavailable when it can later */
export async function processDelivery(processing: Processing, work: Work): Promise<Processed> {
  const told = work.delivery && (processing.understand ?? understand)(work.delivery);
  if (work.delivery !== null && told === null) return ignore(processing, work);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const commit = await deciding(processing, work, told);
    const result = commit === null ? await finish(processing, work) : await processing.store.commit(commit);
    if (result === 'committed') return 'processed';
    if (result === 'other rules') return result;
  }
  return 'contended';
}

/** Null when the event is about nothing that rules could hold on to. */
async function deciding(
  { store, actions, rules, clock, lookups, onRuleError }: Processing,
  work: Work,
  told: Understood | null,
): Promise<Commit | null> {
  const ruleSet = rules();
  const situation = await situate(store, work, told);
  if (situation === null) return null;
  const now = (clock?.() ?? new Date()).toISOString();
  const concluded = await conclude(store, { rules: ruleSet, actions, isLookup, now }, situation, lookups);
  for (const { id, error } of concluded.decision.rules)
    if (error !== undefined) onRuleError?.(id, situation.subject.key, error);
  return commitOf(work, told, { rules: ruleSet, actions }, concluded.situation, concluded.decision);
}

/** Decides, looking up what the rules ask for until they ask for nothing more; the situation has all that was found. */
export async function conclude(
  store: Pick<Store, 'subjects'>,
  options: DecideOptions,
  first: Situated,
  lookups?: Facts,
): Promise<{ situation: Situated; decision: Decision }> {
  let situation = first;
  for (;;) {
    const seen = given(situation, lookups);
    const decision = await decide(options, seen);
    if (decision.needs.length === 0) return { situation: seen, decision };
    situation = await withLookups(store, situation, decision.needs);
  }
}

/** The situation of a pull request, with what is known without looking it up. */
function given(situation: Situated, lookups: Facts | undefined): Situated {
  const { moment, subject } = situation;
  if (lookups === undefined || subject.kind !== 'pull_request') return situation;
  return {
    ...situation,
    moment: moment && { ...moment, facts: { ...moment.facts, ...lookups } },
    subject: { ...subject, facts: { ...subject.facts, ...lookups } },
  };
}

async function finish({ store }: Processing, work: Work): Promise<'committed'> {
  await store.finish(work, 'processed', null);
  return 'committed';
}

async function ignore({ store }: Processing, work: Work): Promise<Processed> {
  await store.finish(work, 'ignored', `no consumer for ${work.delivery?.event ?? ''}`);
  return 'ignored';
}
