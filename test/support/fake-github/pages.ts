// A list cut into pages, with GitHub's Link header: https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
import type { Call } from './endpoint.ts';
import type { Repository } from './state.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly headers: Record<string, string>;
}

const DEFAULT_SIZE = 30;

/** @param repository whose list it is: its links go by the repository's number, as GitHub's do */
export function pageOf<T>(call: Call, list: readonly T[], repository?: Repository): Page<T> {
  const size = sizeOf(call);
  const page = Number(call.query['page'] ?? 1);
  const last = Math.max(1, Math.ceil(list.length / size));
  const targets = {
    ...(page > 1 ? { prev: Math.min(page - 1, last) } : {}),
    ...(page < last ? { next: page + 1, last } : {}),
    ...(page > 1 ? { first: 1 } : {}),
  };
  const links = Object.entries(targets).map(([rel, to]) => link(call, rel, { page: String(to) }, repository));
  return {
    items: list.slice((page - 1) * size, page * size),
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  };
}

/** Pages by cursor, of what is ordered newest first; the cursor names the first of its page. */
export function cursorPageOf<T>(call: Call, list: readonly T[], keyOf: (item: T) => string): Page<T> {
  const size = sizeOf(call);
  const cursor = call.query['cursor'];
  const from = cursor === undefined ? 0 : list.findIndex((item) => `v1_${keyOf(item)}` === cursor);
  const rest = from < 0 ? [] : list.slice(from);
  const next = rest[size];
  return {
    items: rest.slice(0, size),
    headers: next === undefined ? {} : { link: link(call, 'next', { cursor: `v1_${keyOf(next)}` }) },
  };
}

function sizeOf({ query }: Call): number {
  return Number(query['per_page'] ?? DEFAULT_SIZE);
}

function link(call: Call, rel: string, changes: Record<string, string>, repository?: Repository): string {
  const search = new URLSearchParams(call.search);
  for (const [name, value] of Object.entries(changes)) search.set(name, value);
  const path =
    repository === undefined
      ? call.pathname
      : `/repositories/${repository.id}/${call.pathname.split('/').slice(4).join('/')}`;
  return `<${call.base}${path}?${search}>; rel="${rel}"`;
}
