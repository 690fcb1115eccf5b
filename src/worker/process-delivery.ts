// The whole system in one sentence: a delivery is understood, what it teaches is added to what we know, the rules
// decide, and everything that must change is committed together with the acknowledgement of the queue.
import type { Actions } from '../actions/action.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { Facts } from '../facts/fact.ts';
import { isLookup } from '../facts/lookups.ts';
import { GitHubFailure } from '../github/github.ts';
import type { Store, Work } from '../store/store.ts';
import type { Ask } from './ask-github.ts';
import { commitOf, commitOfNews, type DecidedBy } from './commit-of.ts';
import { type Concluded, conclude } from './conclude.ts';
import { issueFinder } from './find-issue.ts';
import { type Situated, situate, subjectOf } from './situate.ts';
import type { InTurn } from './turns.ts';
import { type Understood, understand } from './understand.ts';

/** The part of the store that deciding needs. */
export type DecidingStore = Pick<Store, 'subjects' | 'commit' | 'finish' | 'receive' | 'noteInstallation'>;

export interface Processing {
  readonly store: DecidingStore;
  readonly actions: Actions;
  /** The active rules of this process; they may be exchanged while it runs. */
  readonly rules: () => RuleSet;
  /** The time it is; by default the machine's. */
  readonly clock?: () => Date;
  /** Reads a delivery; by default from its bytes. */
  readonly understand?: typeof understand;
  /** GitHub, as this piece of work asks it; null without credentials. */
  readonly ask?: Ask | null;
  /** What looking up would give, whatever the store says: a test of rules may state it. */
  readonly lookups?: Facts;
  /** Keeps works of this process on one subject from being decided at the same time. */
  readonly inTurn?: InTurn;
  /** Told of each rule that failed on a subject: its author has to mend it, and reads the log, not every trace. */
  readonly onRuleError?: (rule: string, subject: string, error: string) => void;
}

/** The last two want another try: when this process's rules are active again, or with less of a crowd. */
export type Processed = 'processed' | 'ignored' | 'other rules' | 'contended';

/** Under contention each round lets one worker through; more rounds than workers could ever need. */
const MAX_ROUNDS = 100;

/**
 * @throws InvalidPayload when the delivery can never succeed, StoreUnavailable when it can later, and Delayed when what
 * has to be looked up cannot be just now
 */
export async function processDelivery(processing: Processing, work: Work): Promise<Processed> {
  const { store, actions, inTurn } = processing;
  const told = work.delivery && (processing.understand ?? understand)(work.delivery);
  if (work.delivery !== null && told === null) return ignore(store, work);
  const silence = await reasonForSilence(processing, told);
  const decideIt = async (): Promise<Processed> => {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const by = { rules: processing.rules(), actions };
      const situation = await situate(store, work, told);
      if (situation === null) return finish(store, work, told, silence);
      const commit =
        silence === null
          ? commitOf(work, told, by, await decided(processing, by, situation))
          : commitOfNews(work, told, by, situation, silence);
      const result = await store.commit(commit);
      if (result !== 'conflict') return result === 'committed' ? 'processed' : result;
    }
    return 'contended';
  };
  const key = subjectOf(work, told);
  return key === null || inTurn === undefined ? decideIt() : inTurn(key, decideIt);
}

/**
 * Why nothing is to be decided by a delivery, whatever it tells of its subject; null when something is. What we do
 * ourselves would make our own rules act again, without end.
 */
async function reasonForSilence({ ask }: Processing, told: Understood | null): Promise<string | null> {
  const { 'sender.type': type, 'sender.login': login } = told?.facts ?? {};
  if (!ask || type !== 'Bot' || typeof login !== 'string') return null;
  try {
    return login.toLowerCase() === (await ask.botLogin(login)).toLowerCase() ? OUR_OWN : null;
  } catch (error) {
    // An App that GitHub does not know does nothing that could be heard of.
    if (error instanceof GitHubFailure) return null;
    throw error;
  }
}

const OUR_OWN = 'caused by our own App; not acted on';

async function decided(
  { store, clock, ask = null, lookups, onRuleError }: Processing,
  by: DecidedBy,
  situation: Situated,
): Promise<Concluded> {
  const now = (clock?.() ?? new Date()).toISOString();
  const looking = { store, ask, unasked: NO_CREDENTIALS, findIssue: issueFinder(store) };
  const concluded = await conclude(looking, { ...by, isLookup, now }, situation, lookups);
  for (const { id, error } of concluded.decision.rules)
    if (error !== undefined) onRuleError?.(id, situation.subject.key, error);
  return concluded;
}

const NO_CREDENTIALS = 'no GitHub credentials';

/** The event is about nothing that rules could hold on to. */
async function finish(
  store: DecidingStore,
  work: Work,
  told: Understood | null,
  reason: string | null,
): Promise<Processed> {
  if (told?.installation === undefined) await store.finish(work, 'processed', reason);
  else await store.noteInstallation(work, told.installation);
  return 'processed';
}

async function ignore(store: DecidingStore, work: Work): Promise<Processed> {
  await store.finish(work, 'ignored', `no consumer for ${work.delivery?.event ?? ''}`);
  return 'ignored';
}
