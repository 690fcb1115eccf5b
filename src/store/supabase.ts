// The transport to a Supabase project: its Data API, which is PostgREST, over HTTPS.
import { createClient } from '@supabase/supabase-js';
import { bytesAsText } from './rows.ts';
import { StoreUnavailable } from './store.ts';
import { refusalOf, SupabaseError, unreachable } from './supabase-errors.ts';
import type { Args, Transport } from './transport.ts';

export interface SupabaseOptions {
  /** Of the project, `https://abcdefgh.supabase.co`. */
  readonly url: string;
  /** `sb_secret_…`, or the older `service_role` key. It appears in no error. */
  readonly secretKey: string;
  /**
   * Milliseconds a call may take, until its answer is read. Supabase ends a statement after 8 s unless told otherwise,
   * and says so; what takes longer than this was lost on the way.
   * https://supabase.com/docs/guides/database/postgres/timeouts
   */
  readonly timeout?: number;
  /**
   * Bytes a request may have. Bytes travel as hexadecimal text, twice their number: a body of 25 MiB that cannot be
   * compressed takes 50 MiB. Cloudflare, which stands before every project, takes 100 MB.
   * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/4xx-client-error/error-413/
   */
  readonly maxRequest?: number;
}

/** A request over the bound. Of a group of deliveries, each half may still fit. */
export class RequestTooLarge extends Error {
  override name = 'RequestTooLarge';
}

/**
 * A Supabase project, reached when first called. Throws StoreUnavailable when trying again may help, and else
 * SupabaseError or RequestTooLarge. Nothing is tried again here: who calls knows whether it is worth it.
 */
export function openSupabase(options: SupabaseOptions): Transport {
  const { url, secretKey, timeout = 10_000, maxRequest = 64 * 1024 * 1024 } = options;
  if (!/^[\x21-\x7e]+$/.test(secretKey)) {
    // What cannot be sent in a header would be told, in full, by the error about it.
    throw new SupabaseError('SUPABASE_SECRET_KEY is not a key: it has characters that none has', 0, '');
  }
  const client = createClient(url, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    db: { retry: false },
    global: { fetch: judging(maxRequest, (answer) => answer.replaceAll(secretKey, '…')) },
  });

  return {
    async call(name, args) {
      const written = asJson(args);
      try {
        const { data } = await client.rpc(name, written).abortSignal(AbortSignal.timeout(timeout)).throwOnError();
        return data;
      } catch (error) {
        const isJudged = [StoreUnavailable, SupabaseError, RequestTooLarge].some((known) => error instanceof known);
        throw isJudged ? error : unreachable(error);
      }
    },

    async close() {
      // Nothing is held: connections that are not used end by themselves, and keep no process alive.
    },
  };
}

/**
 * A `fetch` that sends no more than it may, follows no redirect, which would take the key elsewhere, and throws every
 * answer but what a function has returned.
 */
function judging(maxRequest: number, withoutKey: (answer: string) => string): typeof fetch {
  return async (input, init) => {
    const size = typeof init?.body === 'string' ? Buffer.byteLength(init.body) : 0;
    if (size > maxRequest) {
      throw new RequestTooLarge(`A request of ${size} bytes is not sent to Supabase: ${maxRequest} are the most`);
    }
    const response = await fetch(input, { ...init, redirect: 'manual' });
    const isAnswer = response.ok && (response.status === 204 || isJson(response));
    if (!isAnswer) throw refusalOf(response.status, withoutKey(await response.text()));
    return response;
  };
}

function isJson(response: Response): boolean {
  return /^application\/(?:[\w.]+\+)?json\b/.test(response.headers.get('content-type') ?? '');
}

function asJson(args: Args): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, value instanceof Uint8Array ? bytesAsText(value) : value]),
  );
}
