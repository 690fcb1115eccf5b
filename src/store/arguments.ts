// Values on their way into the database, as it can take them.
import type { Json } from './json.ts';

/** Text as Postgres can hold it: without NUL and without half surrogate pairs. */
export function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}');
}

/** Of a reason or a name, as much as somebody will read. */
export function brief(text: string): string {
  return clean(text.slice(0, 1_000));
}

const A_DAY = 24 * 60 * 60;

/** Whole seconds, and within a day: whoever says more says something else. */
export function wholeSeconds(seconds: number): number {
  return Math.min(A_DAY, Math.max(0, Math.ceil(seconds)));
}

/** Objects of our own types, which are JSON by construction; interfaces lack the index signature that would say so. */
export function json(value: object): Json {
  return value as Json;
}
