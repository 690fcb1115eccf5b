// The whole system in one sentence: a delivery is understood, what it teaches is added to what we know, the rules
// decide, and everything that must change is committed together with the acknowledgement of the queue.
import type { Actions } from '../actions/action.ts';
import { type DecideOptions, type Decision, decide } from '../engine/decide.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { Facts } from '../facts/fact.ts';
import { recordOf } from '../facts/looked-up.ts';
import { isLookup } from '../facts/lookups.ts';
import { GitHubFailure } from '../github/github.ts';
import type { Commit, Store, Work } from '../store/store.ts';
import type { Ask } from './ask-github.ts';
import { commitOf, commitOfNews } from './commit-of.ts';
import { issueFinder } from './find-issue.ts';
import { type LookingUp, withLookups } from './look-up.ts';
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
  const told = work.delivery && (processing.understand ?? understand)(work.delivery);
  if (work.delivery !== null && told === null) return ignore(processing, work);
  const news = await onlyNews(processing, told);
  const key = subjectOf(work, told);
  const decideIt = () => decideUntilCommitted(processing, work, told, news);
  return key === null || processing.inTurn === undefined ? decideIt() : processing.inTurn(key, decideIt);
}

async function decideUntilCommitted(
  processing: Processing,
  work: Work,
  told: Understood | null,
  news: string | null,
): Promise<Processed> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const commit = await deciding(processing, work, told, news);
    const result = commit === null ? await finish(processing, work, told, news) : await processing.store.commit(commit);
    if (result === 'committed') return 'processed';
    if (result === 'other rules') return result;
  }
  return 'contended';
}

/**
 * Why nothing is to be decided by a delivery, whatever it tells of its subject; null when something is. What we do
 * ourselves would make our own rules act again, without end.
 */
async function onlyNews({ ask }: Processing, told: Understood | null): Promise<string | null> {
  const { 'sender.type': type, 'sender.login': login } = told?.facts ?? {};
  if (!ask || type !== 'Bot' || typeof login !== 'string') return null;
  try {
    return login.toLowerCase() === (await ask.botLogin()).toLowerCase() ? OUR_OWN : null;
  } catch (error) {
    // An App that GitHub does not know does nothing that could be heard of.
    if (error instanceof GitHubFailure) return null;
    throw error;
  }
}

const OUR_OWN = 'caused by our own App; not acted on';

/** Null when the event is about nothing that rules could hold on to. */
async function deciding(
  { store, actions, rules, clock, ask = null, lookups, onRuleError }: Processing,
  work: Work,
  told: Understood | null,
  news: string | null,
): Promise<Commit | null> {
  const ruleSet = rules();
  const situation = await situate(store, work, told);
  if (situation === null) return null;
  if (news !== null) return commitOfNews(work, told, { rules: ruleSet, actions }, situation, news);
  const now = (clock?.() ?? new Date()).toISOString();
  const looking = { store, ask, unasked: NO_CREDENTIALS, findIssue: issueFinder(store) };
  const concluded = await conclude(looking, { rules: ruleSet, actions, isLookup, now }, situation, lookups);
  for (const { id, error } of concluded.decision.rules)
    if (error !== undefined) onRuleError?.(id, situation.subject.key, error);
  return commitOf(work, told, { rules: ruleSet, actions }, concluded.situation, concluded.decision);
}

const NO_CREDENTIALS = 'no GitHub credentials';

/** Decides, looking up what the rules ask for until they ask for nothing more; the situation has all that was found. */
export async function conclude(
  looking: LookingUp,
  options: DecideOptions,
  first: Situated,
  lookups?: Facts,
): Promise<{ situation: Situated; decision: Decision }> {
  let situation = first;
  for (;;) {
    const seen = given(situation, lookups);
    const decision = await decide(options, seen);
    if (decision.needs.length === 0) return { situation: seen, decision };
    situation = await withLookups(looking, seen, decision.needs);
  }
}

/** The situation with what is stated instead of looked up: `pull_request.*` of pull requests, the rest at any event. */
function given(situation: Situated, stated: Facts = {}): Situated {
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

async function finish(
  { store }: Processing,
  work: Work,
  told: Understood | null,
  reason: string | null,
): Promise<'committed'> {
  if (told?.installation === undefined) await store.finish(work, 'processed', reason);
  else await store.noteInstallation(work, told.installation);
  return 'committed';
}

async function ignore({ store }: Processing, work: Work): Promise<Processed> {
  await store.finish(work, 'ignored', `no consumer for ${work.delivery?.event ?? ''}`);
  return 'ignored';
}
