// A delivery explained: understood, situated and decided as the worker does it, and nothing of it committed.
import type { Actions } from '../actions/action.ts';
import { type Explanation, explain } from '../engine/explain/explain.ts';
import { lookingAtAll } from '../engine/explain/look-at-all.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { Facts } from '../facts/fact.ts';
import { isLookup } from '../facts/lookups.ts';
import { type Store, UNKNOWN } from '../store/store.ts';
import { conclude } from './conclude.ts';
import { situate } from './situate.ts';
import { type Understood, understand } from './understand.ts';

export interface ExplainingParts {
  /** Only read from; {@link nothingKnown} for a payload that was never delivered. */
  readonly store: Pick<Store, 'subjects'>;
  readonly rules: RuleSet;
  readonly actions: Actions;
  /** The time it is. */
  readonly now: Date;
  /** What looking up would give, whatever the store says. */
  readonly lookups?: Facts;
}

/** A store in which nothing has ever happened. */
export const nothingKnown: Pick<Store, 'subjects'> = {
  subjects: async (keys) => keys.map((key) => ({ key, ...UNKNOWN })),
};

/** @throws InvalidPayload when the worker could not read it either */
export async function explainDelivery(
  { store, rules, actions, now, lookups }: ExplainingParts,
  delivery: { readonly event: string; readonly body: Uint8Array },
): Promise<Explanation> {
  const options = { rules: lookingAtAll(rules), actions, isLookup, now: now.toISOString() };
  const incoming = { id: 0, guid: '', ...delivery };
  const told = understand(incoming);
  const work = { message: 0, attempt: 1, failures: 0, delivery: incoming, subject: null, occasion: null };
  const situation = told === null ? null : await situate(store, work, told);
  if (situation === null) {
    const moment = { event: told?.name ?? delivery.event, occurrence: '', facts: told?.facts ?? {} };
    const decision = { rules: [], changes: [], wanted: [], needs: [] };
    return explain(options, eventOf(moment.event, told), { moment, subject: null }, decision);
  }
  const looking = { store, ask: null, unasked: 'GitHub is not asked here' };
  const concluded = await conclude(looking, options, situation, lookups);
  const event = eventOf(situation.moment?.event ?? delivery.event, told);
  return explain(options, event, concluded.situation, concluded.decision, concluded.situation.lookedUp);
}

function eventOf(name: string, told: Understood | null): Explanation['event'] {
  const text = (fact: string) => {
    const value = told?.facts[fact];
    return typeof value === 'string' ? value : null;
  };
  const at = TIMES.map(text).find((time) => time !== null) ?? null;
  return { name, repository: text('repository.full_name'), sender: text('sender.login'), at };
}

/** Where a payload says when it happened, the nearest first. */
const TIMES = ['comment.updated_at', 'review.submitted_at', 'issue.updated_at', 'pull_request.updated_at'];
