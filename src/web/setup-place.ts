// Where somebody's browser is when it shows /setup. GitHub sends it back there, so this is believed of nobody but the
// configuration and this machine itself: a `Host` that a stranger made up leads nowhere.
import type { Context } from 'koa';
import { hostOf, isLoopback } from '../setup/reachable.ts';

export interface Place {
  /** With the path below which everything lies: `http://127.0.0.1:3000`, `https://example.org/c4gt`. */
  readonly base: string;
  readonly isSecure: boolean;
}

/**
 * The place by the request's `Host`. Null when it is neither BASE_URL's nor this machine's own name for itself: somebody
 * may have made that name lead here (DNS rebinding).
 */
export function placeOf(ctx: Context, baseUrl: string | null): Place | null {
  const host = ctx.get('Host').toLowerCase();
  if (baseUrl !== null && new URL(baseUrl).host === host) return byConfiguration(baseUrl);
  const own = URL.parse(`http://${host}`);
  if (own === null || own.host !== host || !isLoopback(hostOf(own.href))) return null;
  return { base: own.origin, isSecure: false };
}

/**
 * The place by the `Origin` of a form that was sent. Null when another site sent it, or nobody says who did. A proxy may
 * have changed the `Host`, so BASE_URL's page is known by its origin alone.
 */
export function senderOf(ctx: Context, baseUrl: string | null): Place | null {
  const origin = ctx.get('Origin');
  const place = placeOf(ctx, baseUrl);
  if (place !== null && new URL(place.base).origin === origin) return place;
  const isConfigured = place !== null && baseUrl !== null && new URL(baseUrl).origin === origin;
  return isConfigured ? byConfiguration(baseUrl) : null;
}

function byConfiguration(baseUrl: string): Place {
  return { base: baseUrl, isSecure: new URL(baseUrl).protocol === 'https:' };
}
