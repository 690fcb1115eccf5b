// Reads a request's body as the bytes that were sent, within a cap per body and one for all that are being read.
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '../http/problem.ts';

export type ReadBody = (request: IncomingMessage) => Promise<Uint8Array>;

/** The rest of such a request is not read, so its connection cannot be used again. */
const ends = { Connection: 'close' };
const firstRoom = 64 * 1024;
const NOTHING = new Uint8Array();

/**
 * `maxBody` bytes for each body, `maxReading` for all that are being read at once. The function throws an HttpProblem:
 * 413 for a body over the cap, 503 when too much is being read, 400 when the sender went away before the end.
 *
 * Chunks are copied into one growing buffer, not kept: kept, 25 MB sent in chunks of one byte would hold 25 million
 * objects and gigabytes.
 */
export function createReadBody({ maxBody, maxReading }: { maxBody: number; maxReading: number }): ReadBody {
  let reading = 0;

  return async (request) => {
    const declared = Number(request.headers['content-length'] ?? maxBody);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    let room: Uint8Array = NOTHING;
    let length = 0;

    const grow = (needed: number): boolean => {
      const size = Math.max(needed, Math.min(Math.max(room.length * 2, firstRoom), declared));
      if (reading + size - room.length > maxReading) return false;
      reading += size - room.length;
      const larger = Buffer.allocUnsafeSlow(size);
      larger.set(room.subarray(0, length));
      room = larger;
      return true;
    };
    const onData = (chunk: Buffer): void => {
      const needed = length + chunk.length;
      if (needed > maxBody) {
        reject(tooLarge(maxBody));
      } else if (chunk.length === declared && length === 0 && reading + declared <= maxReading) {
        // All in one, as most come: Node has made this chunk for us, and nobody else has it.
        reading += declared;
        room = chunk;
        length = declared;
      } else if (needed > room.length && !grow(needed)) {
        reject(tooBusy());
      } else {
        room.set(chunk, length);
        length = needed;
      }
    };
    const onEnd = (): void => {
      // It closes next, at every request: as an end before its time, that would cost an error and its stack each.
      request.off('close', onGone);
      resolve(room.subarray(0, length));
    };
    const onGone = (): void => reject(new HttpProblem(400, 'The connection ended before the body did.'));

    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
    try {
      return await promise;
    } finally {
      request.off('data', onData).off('end', onEnd).off('close', onGone);
      reading -= room.length;
    }
  };
}

/** The answer to a body over the cap, by its header or as it streams. */
export function tooLarge(maxBody: number): HttpProblem {
  return new HttpProblem(413, `A delivery has at most ${maxBody} bytes.`, { headers: ends });
}

function tooBusy(): HttpProblem {
  return new HttpProblem(503, 'Too much is being delivered at once; deliver again.', {
    headers: { ...ends, 'Retry-After': '5' },
  });
}
