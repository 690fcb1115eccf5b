// Files that are generated and kept: written, or only compared.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** With `check`, writes nothing, and sets exit code 1 after naming those that are not as they would be written. */
export async function writeGenerated(files: readonly GeneratedFile[], madeBy: string, check: boolean): Promise<void> {
  const stale = await outOfDate(files);
  if (!check) return writeFiles(stale);
  if (stale.length === 0) return;
  const lines = stale.map(({ path }) => `${relative(process.cwd(), path)} is out of date: run \`${madeBy}\`\n`);
  process.stderr.write(lines.join(''));
  process.exitCode = 1;
}

/** Those that are missing or hold something else. */
export async function outOfDate(files: readonly GeneratedFile[]): Promise<GeneratedFile[]> {
  const written = await Promise.all(files.map(({ path }) => readFile(path, 'utf8').catch(() => null)));
  return files.filter(({ text }, index) => written[index] !== text);
}

export async function writeFiles(files: readonly GeneratedFile[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
