// `c4gt rules check`: every problem of every file, for people, for programs, or as GitHub's annotations.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { drawProblems } from '../active-rules.ts';
import { readConfig } from '../config.ts';
import { ruleLoader } from '../engine/load.ts';
import type { Problem, SourceFile } from '../engine/problem.ts';
import { printable } from '../printable.ts';
import { readRuleFiles } from '../rules-directory.ts';
import { vocabulary } from '../vocabulary.ts';
import { UsageError } from './usage-error.ts';

/** Silent when all is well; sets exit code 1 when there are errors. */
export async function rulesCheck(paths: readonly string[], format: 'text' | 'json' | 'github'): Promise<void> {
  const asked = paths.length > 0 ? paths : [readConfig(process.env).rulesDir];
  for (const path of asked) {
    await stat(path).catch(() => {
      throw new UsageError(`there is no file or directory ${resolve(path)}`);
    });
  }
  const files = (await Promise.all(asked.map(readRuleFiles))).flat();
  const { problems } = ruleLoader(vocabulary)(files);
  process.stdout.write(drawn[format](problems, files));
  if (problems.some(({ severity }) => severity === 'error')) process.exitCode = 1;
}

const drawn = {
  text: (problems: readonly Problem[], files: readonly SourceFile[]) =>
    problems.length === 0 ? '' : `${drawProblems(problems, files)}\n`,
  json: (problems: readonly Problem[]) => `${JSON.stringify(problems, null, 2)}\n`,
  github: (problems: readonly Problem[]) => problems.map(annotation).join(''),
} satisfies Record<string, (problems: readonly Problem[], files: readonly SourceFile[]) => string>;

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message */
function annotation({ severity, file, line, column, code, message, hint }: Problem): string {
  const text = escaped(hint === undefined ? message : `${message} (${hint})`);
  const place = `file=${escaped(file, true)},line=${line},col=${column},title=${escaped(code, true)}`;
  return `::${severity} ${place}::${text}\n`;
}

function escaped(text: string, property = false): string {
  const data = printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return property ? data.replaceAll(':', '%3A').replaceAll(',', '%2C') : data;
}
