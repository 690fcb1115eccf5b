// Query parameters of the JSON API: read, bounded, and refused with a sentence when they make no sense.
import type { ParsedUrlQuery } from 'node:querystring';
import { HttpProblem } from '../http/problem.ts';
import type { TicketQuery } from '../store/reading.ts';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
const TEXT_FILTERS = ['organisation', 'repository', 'domain', 'skill', 'category', 'complexity', 'search'] as const;
const STATUSES = ['open', 'assigned', 'closed'];
export const TICKET_SORTS = ['created_at', 'closed_at', 'points', 'title', 'complexity', 'organisation', 'status'];
const PAGING = ['limit', 'offset'];

/** @throws HttpProblem 400 naming the parameter */
export function ticketQuery(query: ParsedUrlQuery): TicketQuery {
  refuseUnknown(query, [...TEXT_FILTERS, 'status', 'points', 'min_points', 'max_points', 'sort', ...PAGING]);
  const texts = Object.fromEntries(TEXT_FILTERS.flatMap((name) => pair(name, text(query, name))));
  const status = text(query, 'status');
  if (status !== undefined && !STATUSES.includes(status)) refuse('status', `one of ${STATUSES.join(', ')}`);
  const sort = text(query, 'sort');
  if (sort !== undefined && !TICKET_SORTS.includes(sort.replace(/^-/, ''))) {
    refuse('sort', `one of ${TICKET_SORTS.join(', ')}, with a leading - for descending order`);
  }
  const points = number(query, 'points', 0, 1000);
  const [least, most] = [number(query, 'min_points', 0, 1000), number(query, 'max_points', 0, 1000)];
  if (points !== undefined && (least ?? most) !== undefined) refuse('points', 'without "min_points" and "max_points"');
  return {
    ...texts,
    ...Object.fromEntries([
      ...pair('status', status),
      ...pair('sort', sort),
      ...pair('min_points', points ?? least),
      ...pair('max_points', points ?? most),
    ]),
    ...page(query),
  };
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** @throws HttpProblem 400 */
export function pageQuery(query: ParsedUrlQuery): Page {
  refuseUnknown(query, PAGING);
  return page(query);
}

function page(query: ParsedUrlQuery): Page {
  return {
    limit: number(query, 'limit', 1, MAX_LIMIT) ?? DEFAULT_LIMIT,
    offset: number(query, 'offset', 0, 1_000_000) ?? 0,
  };
}

/** Path and query of the page after this one, or null on the last. */
export function nextPage(path: string, query: ParsedUrlQuery, { limit, offset }: Page, total: number): string | null {
  if (offset + limit >= total) return null;
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (typeof value === 'string') next.set(name, value);
  next.set('limit', String(limit));
  next.set('offset', String(offset + limit));
  return `${path}?${next.toString()}`;
}

function text(query: ParsedUrlQuery, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (Array.isArray(value)) return refuse(name, 'given once');
  if (value.length > 200 || value.includes('\0')) return refuse(name, 'at most 200 characters, without NUL');
  return value;
}

function number(query: ParsedUrlQuery, name: string, from: number, to: number): number | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  const parsed = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  return parsed >= from && parsed <= to ? parsed : refuse(name, `a whole number from ${from} to ${to}`);
}

function refuseUnknown(query: ParsedUrlQuery, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new HttpProblem(400, `There is no parameter "${unknown.slice(0, 40)}" here; it can be ${known.join(', ')}.`);
  }
}

function refuse(name: string, wanted: string): never {
  throw new HttpProblem(400, `The parameter "${name}" must be ${wanted}.`);
}

function pair<T>(name: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[name, value]];
}
