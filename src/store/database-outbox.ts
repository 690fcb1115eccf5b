// The outbox over any transport.
import { brief, wholeSeconds } from './arguments.ts';
import type { Json } from './json.ts';
import type { Claim, ClaimedEffect, EffectOnSubject, EffectSummary, Outbox } from './outbox.ts';

/** @param scalar calls a function that returns one value */
export function createOutbox(scalar: <T>(name: string, args: Readonly<Record<string, Json>>) => Promise<T>): Outbox {
  return {
    async claimEffect(terms) {
      const claimed = { effect: null as ClaimedEffect | null, fused: [] as string[] };
      return await scalar<typeof claimed>('claim_effect', { terms: { ...terms } });
    },

    async renewLease(claim, seconds) {
      return await scalar('renew_lease', { claim: identify(claim), seconds: wholeSeconds(seconds) });
    },

    async beginWrite(claim, presumed) {
      return await scalar('begin_write', { claim: identify(claim), presumed: { visible: presumed } });
    },

    async settleEffect(claim, outcome) {
      const { seconds, pause, reason } = outcome;
      const wait = { seconds: wholeSeconds(seconds), pause: wholeSeconds(pause) };
      const told = { ...outcome, ...wait, reason: reason === null ? null : brief(reason) };
      return await scalar('settle_effect', { claim: identify(claim), outcome: told });
    },

    async skipEffects(reasons) {
      return await scalar('skip_effects', { reasons });
    },

    async resumeEffects(medium) {
      return await scalar('resume_effects', { medium });
    },

    async retryEffects(id) {
      return await scalar('retry_effects', { effect: id });
    },

    async effects(query) {
      return await scalar<EffectSummary[]>('list_effects', { query: { ...query } });
    },

    async effectsOn(repository, number) {
      const asked = { repository: brief(repository), number };
      return (await scalar<EffectOnSubject[] | undefined>('explain_effects', asked)) ?? null;
    },
  };
}

function identify({ id, generation, installation, lease }: Claim): Json {
  return { id, generation, installation, lease };
}
