// The rule files, and the tests beside them, that a command is asked for by their paths.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SourceFile } from '../engine/problem.ts';
import { readRuleFiles, readTestFiles } from '../rules-directory.ts';
import { UsageError } from './usage-error.ts';

/**
 * Every file once, in whatever way it is named.
 *
 * @throws UsageError for a path at which there is nothing, or no rule file
 */
export async function readRulesAndTests(paths: readonly string[]): Promise<SourceFile[]> {
  const files = new Map<string, SourceFile>();
  for (const path of paths) {
    for (const file of await readOne(path)) if (!files.has(resolve(file.path))) files.set(resolve(file.path), file);
  }
  return [...files.values()];
}

async function readOne(path: string): Promise<SourceFile[]> {
  const about = await stat(path).catch(() => {
    throw new UsageError(`there is no file or directory ${resolve(path)}`);
  });
  if (!about.isDirectory()) return readRuleFiles(path);
  const rules = await readRuleFiles(path).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  return [...rules, ...(await readTestFiles(path))];
}
