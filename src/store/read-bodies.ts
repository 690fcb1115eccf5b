// Bodies out of the batches they were stored in: each batch is read and unpacked once, however many of its bodies are wanted.
import { decompressBodies } from './body.ts';
import { bytesOf, integerOf, rowsOf } from './rows.ts';
import type { Transport } from './transport.ts';

/** Where a body is: its batch, where in it it begins, and its bytes; null for all that there is. */
export interface BodyPlace {
  readonly batch: number;
  readonly start: number;
  readonly size: number | null;
}

/** A body; null when its batch was pruned, and an Error when it cannot be unpacked. */
export type FoundBody = Uint8Array | Error | null;

/** Bodies of these places, in their order. */
export type ReadBodies = (places: readonly BodyPlace[]) => Promise<FoundBody[]>;

type Row = Readonly<Record<string, unknown>>;

/** Whether a row of claimed work, which may be a subject's, says where a body is. */
export function isDelivery(row: Row): boolean {
  return row['batch'] !== null;
}

export function placeOf(row: Row): BodyPlace {
  return {
    batch: integerOf(row, 'batch'),
    start: integerOf(row, 'start'),
    size: row['size'] === null ? null : integerOf(row, 'size'),
  };
}

export function createReadBodies(transport: Pick<Transport, 'call'>): ReadBodies {
  /** Unpacks each of these batches, and gives them one by one, so that no more than one is held. */
  async function eachBatch(batches: readonly number[], use: (batch: number, bodies: FoundBody) => void): Promise<void> {
    for (let left = batches; left.length > 0; ) {
      const rows = rowsOf(await transport.call('read_bodies', { batches: left }));
      if (rows.length === 0) throw new TypeError('The database gave no bodies');
      for (const row of rows) {
        use(integerOf(row, 'batch'), row['bodies'] === null ? null : await unpacked(row));
      }
      left = left.slice(rows.length);
    }
  }

  return async (places) => {
    const found: FoundBody[] = places.map(() => null);
    const wanted = Map.groupBy(places.keys(), (index) => places[index]?.batch ?? 0);
    const take = (batch: number, bodies: FoundBody): void => {
      for (const index of wanted.get(batch) ?? []) found[index] = cut(bodies, places[index]);
    };
    await eachBatch([...wanted.keys()], take);
    return found;
  };
}

async function unpacked(row: Row): Promise<Uint8Array | Error> {
  try {
    return await decompressBodies(bytesOf(row, 'bodies'), row['size'] === null ? null : integerOf(row, 'size'));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A copy, so that one body does not keep its whole batch in memory. */
function cut(bodies: FoundBody, place: BodyPlace | undefined): FoundBody {
  if (!(bodies instanceof Uint8Array) || place === undefined) return bodies;
  const { start, size } = place;
  if (start === 0 && (size === null || size === bodies.length)) return bodies;
  if (size === null || start + size > bodies.length)
    return new RangeError(`its batch has ${bodies.length} bytes, and not those from ${start} on`);
  return Buffer.from(bodies.subarray(start, start + size));
}
