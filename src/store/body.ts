// Payload bodies at rest: those that were stored together as one frame of zstd, at its fastest level. What GitHub sends is
// JSON that says much the same each time, so many together come out smaller than each by itself.
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { createCompress } from './compressor.ts';

/** GitHub caps payloads at 25 MB (https://docs.github.com/webhooks/webhook-events-and-payloads). */
export const MAX_BODY_BYTES = 25 * 1024 * 1024;

/**
 * What bodies stored together have together, at most; nothing unpacks larger. The listener stores 8 MB, or one that is
 * larger; a page of a hundred issues whose texts are as long as they may be, in characters that JSON escapes, has 40.
 */
export const MAX_BATCH_BYTES = 64 * 1024 * 1024;

const compress = createCompress();
const decompress = promisify(zstdDecompress);

/** Throws a RangeError for more than {@link MAX_BATCH_BYTES} together. */
export async function compressBodies(bodies: readonly Uint8Array[]): Promise<Uint8Array> {
  const length = bodies.reduce((sum, body) => sum + body.length, 0);
  if (length > MAX_BATCH_BYTES) throw new RangeError(`${length} bytes are too many to be stored together`);
  return await compress(bodies);
}

/**
 * Throws a RangeError for what would unpack to more than {@link MAX_BATCH_BYTES}, an Error for what is not zstd.
 *
 * @param size bytes that it is said to have unpacked; null when nobody knows. In a room of that size it is unpacked five
 *   times as fast as in many small ones, which have to be put together in the end.
 */
export async function decompressBodies(frame: Uint8Array, size: number | null = null): Promise<Uint8Array> {
  // A little more than it needs: with none left, zlib would ask for another.
  const chunkSize = Math.min(Math.max(size ?? 0, SMALL_ROOM), MAX_BATCH_BYTES) + 64;
  return await decompress(frame, { maxOutputLength: MAX_BATCH_BYTES, chunkSize });
}

const SMALL_ROOM = 64 * 1024;
