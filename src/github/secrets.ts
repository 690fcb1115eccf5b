// Text from GitHub, or about a request, as a message may show it: one line, not too long, and nothing that opens a door.
import { printableLine } from '../printable.ts';

const MAX_LENGTH = 300;
/** As much as is looked at: what is searched for takes time by the square of it. */
const MAX_READ = 4_000;

/**
 * GitHub's tokens begin with `gh?_` or `github_pat_`; those of installations may go on as a JWT, with dots.
 * https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
 */
const SECRETS = [
  /-----BEGIN[^-]*-----[\s\S]*?(?:-----END[^-]*-----|$)/g,
  /\b(?:gh[a-z]_|github_pat_)[\w.~+/=-]+/g,
  /\beyJ[\w-]{8,}\.[\w.~+/=-]+/g,
  /\bv\d+\.[0-9a-f]{16,}/g,
  /(?<=\b(?:bearer|token|basic)\s+)[\w.~+/=-]{20,}/gi,
  /(?<=\b(?:client_secret|access_token|webhook_secret|code|state)=)[^&\s"]+/gi,
];

/** Without secrets, on one line, and cut. */
export function washed(text: string): string {
  const clean = SECRETS.reduce((rest, secret) => rest.replace(secret, '[secret]'), text.slice(0, MAX_READ));
  const line = printableLine(clean.replace(/\s+/g, ' ').trim());
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1).toWellFormed()}…` : line;
}
