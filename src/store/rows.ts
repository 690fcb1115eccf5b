// Reads columns as the transports give them: each driver has its own idea of bigint and bytea.

type Row = Readonly<Record<string, unknown>>;

/** A bigint or integer column: a number, a bigint or a decimal string, within 2^53. */
export function integerOf(row: Row, column: string): number {
  const value = row[column];
  const number = typeof value === 'string' || typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    throw unexpected(column, value);
  }
  return number;
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') {
    throw unexpected(column, value);
  }
  return value;
}

/** A bytea column: bytes, or their hexadecimal form `\x00ff`, which is how they travel in JSON. */
export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) {
    return value;
  }
  if (typeof value === 'string' && /^\\x([0-9a-f]{2})*$/i.test(value)) {
    return Buffer.from(value.slice(2), 'hex');
  }
  throw unexpected(column, value);
}

function unexpected(column: string, value: unknown): TypeError {
  return new TypeError(`The database gave ${value === null ? 'null' : typeof value} in column ${column}`);
}
