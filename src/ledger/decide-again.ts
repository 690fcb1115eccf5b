// Works stored deliveries off in an empty database, one by one, at the time and with the answers of when they were
// decided first. Limits and waits are left out: they count what comes in an hour, and a replay is over in minutes.
import type { Actions } from '../actions/action.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { Facts } from '../facts/fact.ts';
import type { LookedUp } from '../facts/looked-up.ts';
import { InvalidPayload } from '../models/validate.ts';
import type { ReplayStore, StoredDelivery } from '../store/replay.ts';
import type { Scratch } from '../store/scratch.ts';
import type { Commit, Work } from '../store/store.ts';
import type { Ask } from '../worker/ask-github.ts';
import { type DecidingStore, processDelivery } from '../worker/process-delivery.ts';
import { situate } from '../worker/situate.ts';
import { type Understood, understand } from '../worker/understand.ts';

export interface DecidingAgain {
  readonly recorded: Pick<ReplayStore, 'lookupsOf'>;
  readonly scratch: Scratch;
  readonly actions: Actions;
  /** Told of what could not be decided again, in a sentence. */
  readonly note: (what: string) => void;
}

/** Rounds after which rules that make one another decide again without end are left alone. */
const MAX_ROUNDS = 50;

export function openDeciding({ recorded, scratch, actions, note }: DecidingAgain) {
  const { store } = scratch;
  let rules: RuleSet | null = null;
  let time = new Date(0);
  const deciding: DecidingStore = { ...store, commit: (commit: Commit) => store.commit({ ...commit, limits: [] }) };

  /** Works everything off that can be claimed. */
  async function workOff(bodies: ReadonlyMap<string, StoredDelivery>): Promise<void> {
    for (let works = await store.claim(50, 3_600); works.length > 0; works = await store.claim(50, 3_600))
      for (const work of works) await workOn(work, bodies);
  }

  async function workOn(claimed: Work, bodies: ReadonlyMap<string, StoredDelivery>): Promise<void> {
    const stored = bodies.get(claimed.delivery?.guid ?? '');
    const body = stored?.body ?? null;
    const work =
      claimed.delivery !== null && body !== null ? { ...claimed, delivery: { ...claimed.delivery, body } } : claimed;
    if (stored?.finishedAt) time = stored.finishedAt;
    try {
      const told = work.delivery && understand(work.delivery);
      const facts = told === null && work.delivery !== null ? {} : await answersTo(work, told, stored);
      const processing = {
        store: deciding,
        actions,
        rules: active,
        clock: () => time,
        understand: () => told,
        lookups: facts,
        ask: isOurOwn(stored) ? senderAsBot(told) : null,
      };
      const done = await processDelivery(processing, work);
      if (done === 'other rules' || done === 'contended')
        throw new Error('somebody else is at work in the database that is replayed into');
    } catch (error) {
      if (!(error instanceof InvalidPayload)) throw error;
      note(`delivery ${work.delivery?.guid} cannot be read any more: ${error.message}`);
      await store.bury(work, error.message);
    }
  }

  function active(): RuleSet {
    if (rules === null) throw new Error('no rules were ever active: there is nothing to decide by');
    return rules;
  }

  /** What GitHub answered: for this decision, or, where that is not on record, for the newest one on its subject. */
  async function answersTo(work: Work, told: Understood | null, stored: StoredDelivery | undefined): Promise<Facts> {
    if (stored?.lookups) return answered(stored.lookups);
    const situation = await situate(store, work, told);
    return situation === null ? {} : answered(await recorded.lookupsOf(situation.subject.key));
  }

  return {
    /** Decides these, in this order, and whatever comes of them. */
    async decide(deliveries: readonly StoredDelivery[]): Promise<void> {
      const bodies = new Map(deliveries.map((delivery) => [delivery.guid, delivery]));
      // Bodies are not kept a second time; the GUID stands for its own.
      const received = deliveries.map(({ guid, event }) => ({ guid, event, body: Buffer.from(guid) }));
      if (received.length > 0) await store.receive(received);
      // What was taken from the record waits for the first rules.
      if (received.length > 0 || rules !== null) await workOff(bodies);
    },

    async exchangeRules(next: RuleSet, at: Date): Promise<void> {
      rules = next;
      time = at;
      await store.activateRules(next.version, next.rules.length, {});
      await workOff(new Map());
    },

    async beginDay(day: string, at: Date): Promise<void> {
      time = at;
      await store.beginDay(day);
      await workOff(new Map());
    },

    /** Decides what waits for its time, until nothing does. */
    async settle(): Promise<void> {
      for (let round = 0; (await scratch.hurry()) > 0; round++) {
        if (round === MAX_ROUNDS)
          return note('the rules never come to rest: what one does makes another decide otherwise');
        await workOff(new Map());
      }
    },
  };
}

/** Of what was looked up, what GitHub said; the rest is looked up again, in what is stored by then. */
function answered(lookups: LookedUp): Facts {
  return Object.fromEntries(
    Object.entries(lookups).flatMap(([name, { source, value }]) => (source === 'GitHub' ? [[name, value]] : [])),
  );
}

/** Processed, and with a reason why nothing was decided: our own App had caused it. */
function isOurOwn(stored: StoredDelivery | undefined): boolean {
  return stored?.state === 'processed' && stored.reason !== null;
}

/** A way to GitHub that knows who we are, and nothing else: no more is asked of a delivery of our own. */
function senderAsBot(told: Understood | null): Ask {
  const ask = () => Promise.reject(new Error('GitHub is not asked again'));
  return Object.assign(ask, { botLogin: async () => String(told?.facts['sender.login']) });
}
