// Times as rules write them, `2026-01-31T12:00:00Z` or `2026-01-31`, in the one form in which facts have theirs.
import { isTimestamp, utc } from '../models/timestamp.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Null for what is no time. A day is its beginning, in UTC: what a rule means is the same wherever the server is. */
export function timeOf(written: string): string | null {
  const whole = DAY.test(written) ? `${written}T00:00:00Z` : written;
  return isTimestamp(whole) ? utc(whole) : null;
}
