// Times in tests: written as GitHub writes them, and moved on from step to step.

import { Timestamp, utc } from '../models/timestamp.ts';
import { reader } from '../models/validate.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

const timestampOf = reader(Timestamp);

/** Whether this is a time that a payload can have. */
export function isTime(text: string): boolean {
  try {
    return !Number.isNaN(Date.parse(timestampOf(text)));
  } catch {
    return false;
  }
}

/** `2026-01-31T12:00:00Z`, from milliseconds. */
export function written(time: number): string {
  return utc(new Date(time).toISOString());
}
