// The outbox over any transport.
import type { Json } from './json.ts';
import type { Claim, ClaimedEffect, EffectOnSubject, EffectSummary, Outbox } from './outbox.ts';

/** @param scalar calls a function that returns one value */
export function createOutbox(scalar: <T>(name: string, args: Readonly<Record<string, Json>>) => Promise<T>): Outbox {
  return {
    async claimEffect(terms) {
      const claimed = { effect: null as ClaimedEffect | null, fused: [] as string[] };
      return await scalar<typeof claimed>('claim_effect', { terms: { ...terms } });
    },

    async beginWrite(claim, presumed) {
      return await scalar('begin_write', { claim: identify(claim), presumed: { visible: presumed } });
    },

    async settleEffect(claim, outcome) {
      const { seconds, pause, reason } = outcome;
      // Whole seconds, and within a day: whoever says more says something else.
      const wait = { seconds: wholeSeconds(seconds), pause: wholeSeconds(pause) };
      const told = { ...outcome, ...wait, reason: reason === null ? null : plain(reason) };
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
      const asked = { repository: plain(repository), number };
      return (await scalar<EffectOnSubject[] | undefined>('explain_effects', asked)) ?? null;
    },

    async setInstallation(installation, state) {
      await scalar('set_installation', { installation, state });
    },
  };
}

const A_DAY = 24 * 60 * 60;

function wholeSeconds(seconds: number): number {
  return Math.min(A_DAY, Math.max(0, Math.ceil(seconds)));
}

function identify({ id, generation, installation, lease }: Claim): Json {
  return { id, generation, installation, lease };
}

/** Text as Postgres can hold it, and as much of it as somebody will read. */
function plain(text: string): string {
  return text.slice(0, 1_000).toWellFormed().replaceAll('\0', '\u{fffd}');
}
