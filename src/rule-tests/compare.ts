// What stands against what was expected: for each field that differs, the lines of both, side by side.
import type { RuleSet } from '../engine/rule.ts';
import { type DiffLine, difference } from './difference.ts';
import type { Played } from './play-test.ts';
import { type Field, linesExpected, linesThatStand } from './stands.ts';
import { ticketDifference } from './tickets.ts';
import type { Expectations } from './written-test.ts';

/** A field of which something else stands than was expected. */
export interface Mismatch {
  readonly field: keyof Expectations;
  readonly lines: readonly DiffLine[];
}

const FIELDS: readonly Field[] = [
  'points',
  'badges',
  'comments',
  'labels',
  'checks',
  'notifications',
  'effects',
  'parked',
  'shadow',
  'errors',
];

/** Every field that is stated and differs. A rule that fails is a difference even where nothing is said of errors. */
export function compare(expected: Expectations, played: Played, rules: RuleSet): Mismatch[] {
  const tickets =
    expected.tickets === undefined ? null : ticketDifference(expected.tickets, played.programme.tickets());
  const listed: Mismatch[] = tickets === null ? [] : [{ field: 'tickets', lines: tickets }];
  const others = FIELDS.flatMap((field): Mismatch[] => {
    const stated = expected[field] ?? (field === 'errors' ? [] : undefined);
    if (stated === undefined) return [];
    const lines = difference(linesExpected(field, stated), linesThatStand(field, played, rules));
    return lines === null ? [] : [{ field, lines }];
  });
  return [...listed, ...others].sort((a, b) => orderOf(a.field) - orderOf(b.field));

  function orderOf(field: keyof Expectations): number {
    const order = Object.keys(expected).indexOf(field);
    return order < 0 ? Infinity : order;
  }
}
