// Payload bodies at rest: zstd at its fastest level, which makes GitHub's JSON about eight times smaller.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** GitHub caps payloads at 25 MB (https://docs.github.com/webhooks/webhook-events-and-payloads); nothing unpacks larger. */
export const MAX_BODY_BYTES = 25 * 1024 * 1024;

export function compressBody(body: Uint8Array): Uint8Array {
  return zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** Throws a RangeError for what would unpack to more than {@link MAX_BODY_BYTES}, an Error for what is not zstd. */
export function decompressBody(compressed: Uint8Array): Uint8Array {
  return zstdDecompressSync(compressed, { maxOutputLength: MAX_BODY_BYTES });
}
