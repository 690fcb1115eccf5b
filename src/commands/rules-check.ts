// `c4gt rules check`: every problem of every rule file and of the tests beside them, for people, for programs and for CI.
import { styleText } from 'node:util';
import { readConfig } from '../config.ts';
import { lint } from '../engine/lint/lint.ts';
import { ruleLoader } from '../engine/load.ts';
import { type Paint, type Problem, type SourceFile, sortProblems } from '../engine/problem.ts';
import { isFailure, type Report } from '../problem-formats/report.ts';
import { isTestFile } from '../rules-directory.ts';
import { vocabulary } from '../vocabulary.ts';
import { fromTop } from './from-top.ts';
import { readRulesAndTests } from './read-files.ts';

export type CheckFormat = keyof typeof formats;

/**
 * Silent when all is well; sets exit code 1 when there are errors, or with `strict` warnings.
 *
 * @throws UsageError when there is nothing to check
 */
export async function rulesCheck(paths: readonly string[], format: CheckFormat, strict: boolean): Promise<void> {
  const read = await readRulesAndTests(paths.length > 0 ? paths : [readConfig(process.env).rulesDir]);
  const rules = read.filter(({ path }) => !isTestFile(path));
  const tests = read.filter(({ path }) => isTestFile(path));
  const problems = sortProblems([...problemsOfRules(rules), ...(await problemsOfTests(tests))]);
  const report = { problems, files: [...rules, ...tests], strict };
  const text = await formats[format](report);
  if (text !== '') process.stdout.write(`${text}\n`);
  if (isFailure(report)) process.exitCode = 1;
}

/** What keeps the rules from being used; when nothing does, what is probably wrong with them. */
function problemsOfRules(files: readonly SourceFile[]): readonly Problem[] {
  const { rules, problems, files: written } = ruleLoader(vocabulary)(files);
  return rules === null ? problems : [...problems, ...lint({ rules, files: written }, vocabulary)];
}

async function problemsOfTests(files: readonly SourceFile[]): Promise<readonly Problem[]> {
  if (files.length === 0) return [];
  const { testLoader } = await import('../rule-tests/load-tests.ts');
  return testLoader(vocabulary)(files).problems;
}

/** Each is loaded only when it is asked for. */
const formats = {
  text: async (report: Report) => (await import('../problem-formats/text.ts')).textOf(report, paint),
  json: async (report: Report) => (await import('../problem-formats/json.ts')).jsonOf(report),
  github: async (report: Report) => (await import('../problem-formats/github.ts')).githubOf(report, fromTop),
  sarif: async (report: Report) => (await import('../problem-formats/sarif.ts')).sarifOf(report, fromTop),
  junit: async (report: Report) => (await import('../problem-formats/junit.ts')).junitOf(report),
} satisfies Record<string, (report: Report) => Promise<string>>;

/** Colours only on a terminal, and not where NO_COLOR (https://no-color.org) is set. */
const paint: Paint = (part, text) => styleText(COLOURS[part], text, { stream: process.stdout });

const COLOURS = {
  place: 'bold',
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  code: 'dim',
  gutter: 'dim',
  hint: 'cyan',
} satisfies Record<Parameters<Paint>[0], Parameters<typeof styleText>[0]>;
