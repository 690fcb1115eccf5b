// The chain of the ledger over any transport.
import type { Json } from './json.ts';
import type { ChainedLine, ContributorTotal, LedgerHead, LedgerStore } from './ledger.ts';

/** @param scalar calls a function that returns one value */
export function createLedger(
  scalar: <T>(name: string, args: Readonly<Record<string, Json>>) => Promise<T>,
): LedgerStore {
  return {
    async ledgerHead() {
      return await scalar<LedgerHead>('read_ledger_head', {});
    },

    async ledgerLines(after, quantity) {
      return await scalar<ChainedLine[]>('read_ledger_lines', { after, quantity });
    },

    async findUnchained(after, quantity) {
      return await scalar<Awaited<ReturnType<LedgerStore['findUnchained']>>>('find_unchained', { after, quantity });
    },

    async ledgerTotals(after, quantity) {
      return await scalar<ContributorTotal[]>('read_ledger_totals', { after, quantity });
    },
  };
}
