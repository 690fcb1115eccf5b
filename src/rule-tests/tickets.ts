// Tickets that are listed against those that were expected, of which only a part may be said.
import type { TicketRow } from '../store/store.ts';
import { type DiffLine, inOrder } from './difference.ts';
import type { ExpectedTicket } from './written-test.ts';

/** Both as one list in order, or null where each expected ticket is listed, and no other. */
export function ticketDifference(
  expected: readonly (string | ExpectedTicket)[],
  rows: readonly TicketRow[],
): DiffLine[] | null {
  const wanted = expected.map(asTicket);
  const found = matched(wanted, rows);
  if (found.size === rows.length && found.size === wanted.length) return null;
  const said = [...new Set(wanted.flatMap((ticket) => Object.keys(ticket)))];
  const missing = wanted.filter((ticket) => ![...found.values()].includes(ticket));
  return inOrder([
    ...[...found.keys()].map((row): DiffLine => ({ sign: ' ', text: shownRow(row, said) })),
    ...missing.map((ticket): DiffLine => ({ sign: '-', text: shown(ticket) })),
    ...rows.filter((row) => !found.has(row)).map((row): DiffLine => ({ sign: '+', text: shownRow(row, said) })),
  ]);
}

/** `owner/name#42` names a ticket. */
function asTicket(expected: string | ExpectedTicket): ExpectedTicket {
  if (typeof expected !== 'string') return expected;
  const [repository = '', number = ''] = expected.split('#');
  return { repository, number: Number(number) };
}

/**
 * As many pairs as there can be. Each ticket in turn takes a row that fits it; one whose rows are all taken makes another
 * ticket move to a row that fits that one as well.
 */
function matched(wanted: readonly ExpectedTicket[], rows: readonly TicketRow[]): Map<TicketRow, ExpectedTicket> {
  const pairs = new Map<TicketRow, ExpectedTicket>();
  const settle = (ticket: ExpectedTicket, tried: Set<TicketRow>): boolean =>
    rows.some((row) => {
      if (tried.has(row) || !fits(ticket, row)) return false;
      tried.add(row);
      const other = pairs.get(row);
      if (other !== undefined && !settle(other, tried)) return false;
      pairs.set(row, ticket);
      return true;
    });
  for (const ticket of wanted) settle(ticket, new Set());
  return pairs;
}

function fits(ticket: ExpectedTicket, row: TicketRow): boolean {
  const values = new Map<string, unknown>(Object.entries(row));
  return Object.entries(ticket).every(([name, value]) => same(name, value, values.get(name)));
}

/** Names of repositories compare without regard to case. */
function same(name: string, expected: unknown, value: unknown): boolean {
  if (name === 'repository') return String(expected).toLowerCase() === String(value).toLowerCase();
  return JSON.stringify(expected) === JSON.stringify(value);
}

function shown({ repository, number, ...others }: ExpectedTicket): string {
  const address = `${repository === undefined ? '' : String(repository)}${number === undefined ? '' : `#${String(number)}`}`;
  return [...(address === '' ? [] : [address]), ...Object.entries(others).map(said)].join(', ');
}

function shownRow(row: TicketRow, names: readonly string[]): string {
  const values = Object.entries(row).filter(([name]) => names.includes(name));
  const isElsewhere = names.length === 0 || names.includes('repository');
  const address = { number: row.number, ...(isElsewhere ? { repository: row.repository } : {}) };
  return shown({ ...Object.fromEntries(values), ...address } as ExpectedTicket);
}

function said([name, value]: [string, unknown]): string {
  return `${name}: ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`;
}
