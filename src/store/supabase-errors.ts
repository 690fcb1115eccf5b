// What Supabase's refusals come to: one that passes by itself, or a final one that says what to do.
import { isContended, passesByItself } from './failures.ts';
import { StoreContended, StoreUnavailable } from './store.ts';

/** Supabase has answered no, and will again. */
export class SupabaseError extends Error {
  override name = 'SupabaseError';
  readonly status: number;
  /** A SQLSTATE, or PostgREST's `PGRST…`; empty where something before it has answered. */
  readonly code: string;

  constructor(message: string, status: number, code: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * The refusal in an answer with this status and body.
 *
 * PostgREST answers with JSON; Cloudflare and Supabase's gateway, which stand before it, with whatever they have.
 * https://docs.postgrest.org/en/stable/references/errors.html
 */
export function refusalOf(status: number, body: string): StoreUnavailable | SupabaseError {
  const { code, message } = parsed(body);
  const told = `${message || 'no reason given'} (${[`HTTP ${status}`, code].filter(Boolean).join(', ')})`;
  if (passes(status, code, message)) {
    const refusal = `The database is not available: Supabase answers ${told}`;
    return isContended(code) ? new StoreContended(refusal) : new StoreUnavailable(refusal);
  }
  return new SupabaseError(`${explained(status, code)}: ${told}`, status, code);
}

/** What to throw for an error on the way to Supabase or back, as it comes from `fetch`. */
export function unreachable(error: unknown): StoreUnavailable {
  return new StoreUnavailable(`The database is not available: Supabase cannot be reached: ${reasonOf(error)}`, {
    cause: error,
  });
}

function passes(status: number, code: string, message: string): boolean {
  if (/^[0-9A-Z]{5}$/.test(code)) return passesByItself(code, message);
  return status >= 500 || status === 429 || status === 408 || /^PGRST00[0-3]$/.test(code);
}

function explained(status: number, code: string): string {
  if (status === 401 || status === 403) return 'SUPABASE_SECRET_KEY is not accepted';
  if (code === 'PGRST202') return 'Migrations are missing in the Supabase project: apply them with `supabase db push`';
  if (status === 413) return 'The request is larger than Supabase takes';
  if (code === '') return 'SUPABASE_URL does not answer as a Supabase project';
  return 'Supabase refuses';
}

function parsed(body: string): { code: string; message: string } {
  try {
    const { code, message }: { code?: unknown; message?: unknown } = Object(JSON.parse(body));
    return { code: typeof code === 'string' ? code : '', message: brief(typeof message === 'string' ? message : body) };
  } catch {
    return { code: '', message: brief(body) };
  }
}

/** On one line, and as much of it as somebody will read: a proxy answers with a page. */
function brief(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  const why = cause instanceof AggregateError && cause.message === '' ? cause.errors[0] : cause;
  return why instanceof Error ? `${error.message}: ${why.message}` : error.message;
}
