// The `Link` header of a list: where its next page is, if it is where we may go.
// https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api#using-link-headers
import { Refused } from './door.ts';

/**
 * @param apiUrl the only place that pages may be at
 * @returns an address that is safe in a route of Octokit, or null on the last page
 * @throws Refused
 */
export function nextPage(link: string | undefined, apiUrl: string): string | null {
  const address = /<([^<>]*)>\s*;\s*rel="?next"?(?=[;,\s]|$)/i.exec(link ?? '')?.[1];
  if (address === undefined) return null;
  const { origin, host } = new URL(apiUrl);
  const url = URL.parse(address, apiUrl);
  if (url?.origin !== origin) throw new Refused(`its next page leads away from ${host}`);
  // Octokit takes `{name}` and `:name` in an address for places to fill.
  const rest = url.href.slice(origin.length).replace(/[{}:]/g, encodeURIComponent);
  return `${origin}${rest}`;
}

/** https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api#changing-the-number-of-items-per-page */
export const PER_PAGE = 100;
