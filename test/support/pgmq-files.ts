// pgmq is SQL only, so the files that PGlite's package brings serve any Postgres: this unpacks them.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Writes pgmq's extension files into `folder`. */
export async function unpackPgmq(folder: string): Promise<void> {
  const archive = fileURLToPath(new URL('pgmq.tar.gz', import.meta.resolve('@electric-sql/pglite-pgmq')));
  await mkdir(folder, { recursive: true });
  for (const { name, bytes } of filesOf(gunzipSync(await readFile(archive)))) {
    await writeFile(join(folder, basename(name)), bytes);
  }
}

/** The plain files of a tar archive: https://www.gnu.org/software/tar/manual/html_node/Standard.html */
function* filesOf(tar: Buffer): Generator<{ name: string; bytes: Buffer }> {
  const block = 512;
  for (let at = 0; at + block <= tar.length; ) {
    const header = tar.subarray(at, at + block);
    const name = header.toString('latin1', 0, 100).split('\0', 1)[0] ?? '';
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8) || 0;
    const type = header.toString('latin1', 156, 157);
    if (name !== '' && (type === '0' || type === '\0')) {
      yield { name, bytes: tar.subarray(at + block, at + block + size) };
    }
    at += block + Math.ceil(size / block) * block;
  }
}
