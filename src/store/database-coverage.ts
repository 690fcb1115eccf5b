// Coverage over any transport.
import { brief, json, wholeSeconds } from './arguments.ts';
import type { BackfillOutcome, Coverage, CoverageStore, Sweep } from './coverage.ts';
import { CROWDED_INBOX } from './coverage.ts';
import { packDeliveries } from './pack-deliveries.ts';
import type { Args } from './transport.ts';

/** @param scalar calls a function that returns one value */
export function createCoverage(scalar: <T>(name: string, args: Args) => Promise<T | null>): CoverageStore {
  return {
    async noteInstallation({ message, delivery }, news) {
      await scalar('note_installation', { message, delivery: delivery?.id ?? null, news: json(news) });
    },

    async claimBackfill(terms) {
      return await scalar('claim_backfill', { terms: { ...terms } });
    },

    async settleBackfill({ installation, lease, repository }, outcome, found) {
      const claim = { installation, lease, repository: repository?.about.id ?? null };
      const args = { claim, outcome: json(told(outcome)), ...(await packDeliveries(found)) };
      const settled = await scalar<Awaited<ReturnType<CoverageStore['settleBackfill']>>>('settle_backfill', args);
      return settled ?? { kept: false, ended: null };
    },

    async misjudged(listed) {
      const repositories = listed.map(({ id, private: isPrivate = null }) => ({ id, private: isPrivate }));
      return (await scalar<number[]>('find_misjudged', { repositories })) ?? [];
    },

    async noteConnection(unconnected) {
      await scalar('note_connection', { unconnected });
    },

    async beginSweep(terms) {
      return await scalar<Sweep>('begin_sweep', { terms: { ...terms } });
    },

    async alignInstallations({ lease, installations }, listed) {
      return await scalar('align_installations', { lease, listed: listed.map(json), known: [...installations] });
    },

    async lacking(guids) {
      return (await scalar<string[]>('find_lacking', { guids: [...guids] })) ?? [];
    },

    async endSweep({ lease }, end) {
      return await scalar<string[]>('end_sweep', { lease, outcome: json(end) });
    },

    async failSweep({ lease }, reason) {
      await scalar('fail_sweep', { lease, reason: brief(reason) });
    },

    async coverage() {
      const coverage = await scalar<Coverage>('read_coverage', { crowd: CROWDED_INBOX });
      if (coverage === null) throw new TypeError('The database gave no coverage');
      return coverage;
    },
  };
}

function told(outcome: BackfillOutcome): BackfillOutcome {
  if (outcome.kind !== 'failed') return outcome;
  const { reason, seconds, pause } = outcome;
  return { ...outcome, reason: brief(reason), seconds: wholeSeconds(seconds), pause: wholeSeconds(pause) };
}
