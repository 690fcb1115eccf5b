// How a function call by name is written in SQL, and its result read, for the transports that speak SQL.
import type { Args } from './transport.ts';

/** `select * from public."ping"()`, with the values for its placeholders: bytes as they are, the rest as JSON or scalar. */
export function namedCall(
  name: string,
  args: Args,
): { text: string; values: (string | number | boolean | null | Uint8Array)[] } {
  const entries = Object.entries(args);
  const parameters = entries.map(([key], index) => `${quoted(key)} => $${index + 1}`);
  return {
    text: `select * from public.${quoted(name)}(${parameters.join(', ')})`,
    values: entries.map(([, value]) =>
      typeof value === 'object' && value !== null && !(value instanceof Uint8Array) ? JSON.stringify(value) : value,
    ),
  };
}

/** What a function has returned: `select * from` shows a scalar as one row, with one column named after the function. */
export function returned(
  name: string,
  result: {
    readonly rows: readonly Readonly<Record<string, unknown>>[];
    readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  },
): unknown {
  const [column, ...further] = result.fields;
  if (column?.name !== name || further.length > 0) return result.rows;
  return column.dataTypeID === VOID ? null : (result.rows[0]?.[name] ?? null);
}

/** The number of the type `void`, whose only value the drivers read as an empty text. */
const VOID = 2278;

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
