// The head of the ledger for everybody: who keeps it can tell later whether anything before it was changed.
import Router from '@koa/router';
import { type PublishedHead, type SignedHead, signHead } from '../ledger/head.ts';
import type { Store } from '../store/store.ts';

export interface LedgerParts {
  readonly store: Store;
  /** Private, PEM; without it the head goes unsigned. */
  readonly ledgerKey?: string | null;
}

/** As it is answered: both null when heads are not signed. */
type Answer = SignedHead | (PublishedHead & { readonly signature: null; readonly public_key: null });

/** Milliseconds for which a head is told again: reading one may cost the database a write. */
const TOLD_AGAIN_FOR = 1_000;

export function ledgerRoutes({ store, ledgerKey = null }: LedgerParts): Router {
  const router = new Router({ prefix: '/api/ledger' });
  let told: Promise<Answer> | null = null;

  const read = async (): Promise<Answer> => {
    const at = new Date();
    const head = await store.ledgerHead();
    if (ledgerKey !== null) return signHead(head, at, ledgerKey);
    return { ...head, at: at.toISOString(), signature: null, public_key: null };
  };

  router.get('/head', async (ctx) => {
    ctx.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    if (told === null) {
      told = read();
      const forget = () => {
        told = null;
      };
      told.then(() => setTimeout(forget, TOLD_AGAIN_FOR).unref(), forget);
    }
    ctx.body = await told;
  });

  return router;
}
