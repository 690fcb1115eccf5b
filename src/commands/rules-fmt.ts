// `c4gt rules fmt`: rule files and their tests in the one look they should have, written or only compared.
import { writeFile } from 'node:fs/promises';
import { readConfig } from '../config.ts';
import { format } from '../engine/format.ts';
import { rulesLayout, testsLayout } from '../engine/format-layout.ts';
import { sortProblems } from '../engine/problem.ts';
import { printableLine } from '../printable.ts';
import { textOf } from '../problem-formats/text.ts';
import { isTestFile } from '../rules-directory.ts';
import { readRulesAndTests } from './read-files.ts';
import { UsageError } from './usage-error.ts';

export interface FmtOptions {
  /** Write nothing, and list the files that would change. */
  readonly check?: boolean;
  /** Write nothing, and print the one file that is named as it should be. */
  readonly stdout?: boolean;
}

/**
 * Silent when all is well. Sets exit code 1 when a file cannot be read as YAML, which is then left as it is; and with
 * `check`, when a file would change.
 *
 * @throws UsageError when there is nothing to format, or with `stdout` more than one file
 */
export async function rulesFmt(paths: readonly string[], { check, stdout }: FmtOptions): Promise<void> {
  if (check === true && stdout === true) throw new UsageError('--check and --stdout are two things: choose one');
  const files = await readRulesAndTests(paths.length > 0 ? paths : [readConfig(process.env).rulesDir]);
  if (stdout === true && files.length !== 1) throw new UsageError('--stdout is for one file: name it');
  const done = files.map((file) => ({ file, ...format(file, isTestFile(file.path) ? testsLayout : rulesLayout) }));
  const problems = sortProblems(done.flatMap((one) => one.problems));
  if (problems.length > 0) {
    process.stderr.write(`${textOf({ problems, files, strict: false })}\n`);
    process.exitCode = 1;
  }
  const changed = done.filter(({ file, text }) => text !== file.text);
  if (stdout === true) process.stdout.write(done.map(({ text }) => text).join(''));
  else if (check !== true) await Promise.all(changed.map(({ file, text }) => writeFile(file.path, text)));
  else if (changed.length > 0) {
    process.stdout.write(changed.map(({ file }) => `${printableLine(file.path)}\n`).join(''));
    process.exitCode = 1;
  }
}
