// A moment as GitHub writes it, and the one form in which we keep it.
import Type, { type Static } from 'typebox';

/** ISO 8601 with seconds and an offset. The ranges make sure that `utc` always finds a moment. */
const PATTERN =
  '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$';

export const Timestamp = Type.String({ pattern: PATTERN });

export type Timestamp = Static<typeof Timestamp>;

const form = new RegExp(PATTERN);

export function isTimestamp(text: string): boolean {
  return form.test(text);
}

/** The same moment in UTC and whole seconds, `2024-05-01T10:00:00Z`: so written, times sort as text. */
export function utc(timestamp: Timestamp): string {
  return `${new Date(timestamp).toISOString().slice(0, 19)}Z`;
}
