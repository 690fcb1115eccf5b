// Decides every stored delivery again, in an empty database, by the rules that were in force when it was decided, and
// compares what stands: by the same function as the worker, with the same answers to what it looked up.
import type { Actions } from '../actions/action.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { Cause, ReplayStore, StoredDelivery, Turn } from '../store/replay.ts';
import type { Scratch } from '../store/scratch.ts';
import type { Store } from '../store/store.ts';
import { type Comparison, compareStandings, type Difference } from './compare-standings.ts';
import { openDeciding } from './decide-again.ts';
import { takeFromRecord } from './take-from-record.ts';

export interface ReplayParts {
  readonly recorded: ReplayStore & Pick<LedgerStore, 'ledgerHead'> & Pick<Store, 'subjects'>;
  readonly scratch: Scratch;
  readonly actions: Actions;
  /** Rules by their version, as they were recorded. */
  readonly rulesOf: (version: string) => Promise<RuleSet>;
}

export interface Replayed extends Omit<Comparison, 'differences'> {
  readonly deliveries: number;
  /** The rules that were active last. */
  readonly rules: string | null;
  readonly differences: readonly Explained[];
}

export interface Explained extends Omit<Difference, 'by'> {
  /** What led to what stands in the one, and in the other. */
  readonly because: { readonly recorded: Cause | null; readonly recomputed: Cause | null };
}

const PAGE = 50;

export async function replayLedger({ recorded, scratch, actions, rulesOf }: ReplayParts): Promise<Replayed> {
  const notes: string[] = [];
  const before = await recorded.ledgerHead();
  const turns = await recorded.turns();
  const deciding = openDeciding({ recorded, scratch, actions, note: (what) => notes.push(what) });
  const timeline = openTimeline(turns);
  const left = { dead: 0, pending: 0, pruned: 0 };
  const clauses = openClauses();
  let deliveries = 0;
  let rules: RuleSet | null = null;

  const taken = await takeFromRecord(recorded, scratch.store);
  if (taken > 0)
    notes.push(`what is known of subjects whose deliveries are pruned was taken as it is on record: ${taken}`);

  const take = async (turn: Turn) => {
    if (turn.rules !== null) {
      rules = await rulesOf(turn.rules);
      clauses.add(rules);
      if (rules.version !== turn.rules)
        notes.push(`the recorded files of rules ${turn.rules} come to ${rules.version}: they are not what they were`);
      await deciding.exchangeRules(rules, new Date(turn.at));
    } else if (turn.day !== null) await deciding.beginDay(turn.day, new Date(turn.at));
    await deciding.decide(timeline.heldUntilNow());
  };

  for (let after = 0; ; ) {
    const page = await recorded.storedDeliveries(after, PAGE);
    const now: StoredDelivery[] = [];
    const decideNow = () => deciding.decide(now.splice(0));
    for (const delivery of page) {
      after = delivery.id;
      if (delivery.state === 'dead' || delivery.state === 'pending') left[delivery.state]++;
      else if (delivery.body === null) left.pruned++;
      else {
        deliveries++;
        for (let turn = timeline.next(delivery.receivedAt); turn !== null; turn = timeline.next(delivery.receivedAt)) {
          await decideNow();
          await take(turn);
        }
        if (!timeline.isHeld(delivery)) now.push(delivery);
      }
    }
    await decideNow();
    if (page.length === 0) break;
  }
  for (let turn = timeline.next(FOREVER); turn !== null; turn = timeline.next(FOREVER)) await take(turn);
  await deciding.settle();

  const compared = await compareStandings(recorded, scratch.store, { ...clauses, anywhere: oncePerContributor(rules) });
  if ((await recorded.ledgerHead()).digest !== before.digest)
    notes.push('lines were added to the ledger meanwhile: replay while nothing is decided, or on a copy');
  for (const [state, count] of Object.entries(left))
    if (count > 0) notes.push(`deliveries that are ${state} were not decided: ${count}`);
  return {
    deliveries,
    rules: (rules as RuleSet | null)?.version ?? null,
    subjects: compared.subjects,
    differences: await Promise.all(compared.differences.map((each) => explained(each, recorded, scratch.store))),
    incomparable: [...notes, ...compared.incomparable],
  };
}

const FOREVER = new Date(8.64e15);

function oncePerContributor(rules: RuleSet | null): ReadonlySet<string> {
  const all = rules?.rules ?? [];
  return new Set(all.filter(({ oncePer }) => oncePer === 'contributor').map(({ id }) => id));
}

/** How rules work that were ever in force, by all that was ever in force under their names. */
function openClauses() {
  const [happening, timed] = [new Set<string>(), new Set<string>()];
  return {
    happening,
    timed,
    add(set: RuleSet): void {
      for (const { id, clause, on } of set.rules) {
        if (clause === 'when') happening.add(id);
        if (clause === 'when' && on.some(isOurOwn)) timed.add(id);
      }
    },
  };
}

/** Whether an event is one of ours: it is not delivered, and tells of state. */
function isOurOwn(event: string): boolean {
  return /^(schedule|contributor)(\.|$)/.test(event);
}

async function explained(
  { by, ...difference }: Difference,
  recorded: Pick<ReplayStore, 'cause'>,
  recomputed: Pick<ReplayStore, 'cause'>,
): Promise<Explained> {
  const causeIn = (store: typeof recorded, decision: number | null) =>
    decision === null ? null : store.cause(decision);
  const because = {
    recorded: await causeIn(recorded, by.recorded),
    recomputed: await causeIn(recomputed, by.recomputed),
  };
  return { ...difference, because };
}

/** The turns still to come, and the deliveries that were received before one and decided after it. */
function openTimeline(turns: readonly Turn[]) {
  const coming = turns.map((turn) => ({ turn, at: new Date(turn.at).getTime() }));
  let held: StoredDelivery[] = [];
  const isBefore = (at: Date | null) => (at?.getTime() ?? 0) < (coming[0]?.at ?? Number.POSITIVE_INFINITY);
  return {
    /** Takes the next turn when it came before; null when none did. */
    next: (before: Date): Turn | null => (isBefore(before) ? null : (coming.shift()?.turn ?? null)),
    /** Whether a delivery was decided after the next turn, and so waits for it. */
    isHeld: (delivery: StoredDelivery): boolean => {
      if (isBefore(delivery.finishedAt)) return false;
      held.push(delivery);
      return true;
    },
    /** Those that were decided between the last turn and the next, in that order. */
    heldUntilNow: (): StoredDelivery[] => {
      const due = held.filter(({ finishedAt }) => isBefore(finishedAt));
      held = held.filter((delivery) => !due.includes(delivery));
      return due.sort((a, b) => (a.finishedAt?.getTime() ?? 0) - (b.finishedAt?.getTime() ?? 0));
    },
  };
}
