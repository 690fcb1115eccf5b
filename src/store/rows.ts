// Reads columns as the transports give them: each driver has its own idea of bigint and bytea.

type Row = Readonly<Record<string, unknown>>;

/** What a function that returns a table gave. */
export function rowsOf(returned: unknown): readonly Row[] {
  if (!Array.isArray(returned)) {
    throw new TypeError('The database gave no rows');
  }
  return returned;
}

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
  if (typeof value === 'string' && value.startsWith('\\x')) {
    // Reads no further than to what is not hexadecimal. A regular expression would overflow the stack over 50 MB.
    const bytes = Buffer.from(value.slice(2), 'hex');
    if (bytes.length * 2 === value.length - 2) return bytes;
  }
  throw unexpected(column, value);
}

/** Bytes as a bytea is written in JSON. */
export function bytesAsText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`;
}

function unexpected(column: string, value: unknown): TypeError {
  return new TypeError(`The database gave ${value === null ? 'null' : typeof value} in column ${column}`);
}
