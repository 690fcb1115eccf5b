// The whole system in one sentence: a delivery is understood, what it teaches is added to what we know, the rules
// decide, and everything that must change is committed together with the acknowledgement of the queue.
import type { Actions } from '../actions/action.ts';
import { decide } from '../engine/decide.ts';
import type { RuleSet } from '../engine/rule.ts';
import { isLookup } from '../facts/lookups.ts';
import type { Commit, Store, Work } from '../store/store.ts';
import { commitOf } from './commit-of.ts';
import { situate, withLookups } from './situate.ts';
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
  /** Told of each rule that failed on a subject: its author has to mend it, and reads the log, not every trace. */
  readonly onRuleError?: (rule: string, subject: string, error: string) => void;
}

/** The last two want another try: when this process's rules are active again, or with less of a crowd. */
export type Processed = 'processed' | 'ignored' | 'other rules' | 'contended';

/** Under contention each round lets one worker through; more rounds than workers could ever need. */
const MAX_ROUNDS = 100;

/** @throws InvalidPayload when the delivery can never succeed, StoreUnavailable when it can later */
export async function processDelivery(processing: Processing, work: Work): Promise<Processed> {
  const told = work.delivery && understand(work.delivery);
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
  { store, actions, rules, clock, onRuleError }: Processing,
  work: Work,
  told: Understood | null,
): Promise<Commit | null> {
  const ruleSet = rules();
  let situation = await situate(store, work, told);
  if (situation === null) return null;
  const now = (clock?.() ?? new Date()).toISOString();
  for (;;) {
    const decision = await decide({ rules: ruleSet, actions, isLookup, now }, situation);
    if (decision.needs.length === 0) {
      for (const { id, error } of decision.rules)
        if (error !== undefined) onRuleError?.(id, situation.subject.key, error);
      return commitOf(work, told, ruleSet, situation, decision);
    }
    situation = await withLookups(store, situation, decision.needs);
  }
}

async function finish({ store }: Processing, work: Work): Promise<'committed'> {
  await store.finish(work, 'processed', null);
  return 'committed';
}

async function ignore({ store }: Processing, work: Work): Promise<Processed> {
  await store.finish(work, 'ignored', `no consumer for ${work.delivery?.event ?? ''}`);
  return 'ignored';
}
