// Coverage over any transport.
import type { BackfillOutcome, Coverage, CoverageStore, Sweep } from './coverage.ts';
import { CROWDED_INBOX } from './coverage.ts';
import type { Json } from './json.ts';
import { packDeliveries } from './pack-deliveries.ts';
import type { Args } from './store.ts';

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
      const args = { claim, outcome: json(told(outcome)), ...packDeliveries(found) };
      const settled = await scalar<Awaited<ReturnType<CoverageStore['settleBackfill']>>>('settle_backfill', args);
      return settled ?? { kept: false, ended: null };
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
      await scalar('fail_sweep', { lease, reason: plain(reason) });
    },

    async coverage() {
      const coverage = await scalar<Coverage>('read_coverage', { crowd: CROWDED_INBOX });
      if (coverage === null) throw new TypeError('The database gave no coverage');
      return coverage;
    },
  };
}

const A_DAY = 24 * 60 * 60;

function told(outcome: BackfillOutcome): BackfillOutcome {
  if (outcome.kind !== 'failed') return outcome;
  const { reason, seconds, pause } = outcome;
  return { ...outcome, reason: plain(reason), seconds: wholeSeconds(seconds), pause: wholeSeconds(pause) };
}

function wholeSeconds(seconds: number): number {
  return Math.min(A_DAY, Math.max(0, Math.ceil(seconds)));
}

/** Text as Postgres can hold it, and as much of it as somebody will read. */
function plain(text: string): string {
  return text.slice(0, 1_000).toWellFormed().replaceAll('\0', '\u{fffd}');
}

/** Objects of our own types, which are JSON by construction; interfaces lack the index signature that would say so. */
function json(value: object): Json {
  return value as Json;
}
