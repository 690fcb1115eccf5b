// GraphQL's pages: a list as a connection, with GitHub's bounds. A cursor is the number of the item it stands after.
import { GraphQLError } from 'graphql';

export interface Paging {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

const MOST = 100;

/** @param field its name in the schema, for messages */
export function connectionOf<T>(
  { first, last, after, before }: Paging,
  field: string,
  list: readonly T[],
  node: (item: T) => unknown,
) {
  const size = first ?? last;
  if (size === undefined || size === null) {
    throw new GraphQLError(
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`,
      {
        extensions: { type: 'MISSING_PAGINATION_BOUNDARIES' },
      },
    );
  }
  if (size > MOST) {
    const message = `Requesting ${size} records on the \`${field}\` connection exceeds the \`first\` limit of ${MOST} records.`;
    throw new GraphQLError(message, { extensions: { type: 'EXCESSIVE_PAGINATION' } });
  }
  const [from, to] = [after ? Number(after) : 0, before ? Number(before) - 1 : list.length];
  const start = typeof first === 'number' ? from : Math.max(from, to - size);
  const end = typeof first === 'number' ? Math.min(to, from + size) : to;
  const nodes = list.slice(start, end).map(node);
  const cursor = (at: number) => (nodes.length === 0 ? null : String(at));
  return {
    nodes,
    edges: nodes.map((each, at) => ({ node: each, cursor: String(start + at + 1) })),
    totalCount: list.length,
    pageInfo: {
      ...{ hasNextPage: end < list.length, hasPreviousPage: start > 0 },
      ...{ startCursor: cursor(start + 1), endCursor: cursor(end) },
    },
  };
}
