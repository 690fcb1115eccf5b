// Times in tests: written as GitHub writes them, and moved on from step to step.
import { utc } from '../models/timestamp.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** `2026-01-31T12:00:00Z`, from milliseconds. */
export function written(time: number): string {
  return utc(new Date(time).toISOString());
}
