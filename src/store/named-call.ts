// How a function call by name is written in SQL, for the transports that speak SQL.
import type { Args } from './store.ts';

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

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
