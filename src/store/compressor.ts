// Compressors that are used again and again. What zstd works with is more than a megabyte, and what it is given as much
// again; V8 counts both, and, were they made anew for each batch, would collect everything every few hundred deliveries,
// which costs more than all else they cost.
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';

/** One frame of zstd, at its fastest level, of these bytes one after another; off the thread that calls. */
export type Compress = (parts: readonly Uint8Array[]) => Promise<Uint8Array>;

/** Room for what comes out; a batch of the usual size needs some 10 KB of it. */
const ROOM_OUT = 128 * 1024;
/** Room for what goes in, to begin with, and what is kept of it at most. */
const ROOM_IN = 1024 * 1024;
const MOST_ROOM_IN = 4 * 1024 * 1024;

interface Compressor {
  readonly stream: ZstdCompress;
  /** Where what is to be compressed lies in one piece. */
  room: Buffer;
}

/** Has as many compressors as were ever needed at once, each with one thing to do at a time. */
export function createCompress(): Compress {
  const idle: Compressor[] = [];

  return async (parts) => {
    const compressor = idle.pop() ?? open();
    // One that fails is not used again.
    const frame = await compressed(compressor.stream, inOnePiece(compressor, parts));
    idle.push(compressor);
    return frame;
  };
}

/** What is written at once to it comes out as a frame of its own. */
function open(): Compressor {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  const stream = createZstdCompress({ flush: constants.ZSTD_e_end, chunkSize: ROOM_OUT, params });
  return { stream, room: Buffer.allocUnsafeSlow(ROOM_IN) };
}

function inOnePiece(compressor: Compressor, parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > MOST_ROOM_IN) return Buffer.concat(parts, length);
  if (length > compressor.room.length) compressor.room = Buffer.allocUnsafeSlow(MOST_ROOM_IN);
  let end = 0;
  for (const part of parts) {
    compressor.room.set(part, end);
    end += part.length;
  }
  return compressor.room.subarray(0, end);
}

async function compressed(stream: ZstdCompress, bytes: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const collect = (part: Uint8Array): void => void parts.push(part);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.on('data', collect).once('error', reject);
  stream.write(bytes, () => resolve());
  await promise;
  stream.off('data', collect).off('error', reject);
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}
