// `c4gt rules test`: the tests beside the rules, played in memory; what fails says why.
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { patternOf } from '../engine/pattern.ts';
import type { SourceFile } from '../engine/problem.ts';
import { ruleTester, type TestReport } from '../rule-tests/test-rules.ts';
import type { WrittenTest } from '../rule-tests/written-test.ts';
import { isTestFile, readRuleFiles, readTestFiles } from '../rules-directory.ts';
import { isFailure, type JudgedReport } from '../test-formats/report.ts';
import { vocabulary } from '../vocabulary.ts';
import { fromTop } from './from-top.ts';
import { testPayloads } from './test-payloads.ts';
import { UsageError } from './usage-error.ts';
import type { Run } from './watch-tests.ts';

export interface RulesTestOptions {
  /** A part of `file name`, or `/a regular expression/`. */
  readonly filter?: string;
  readonly watch?: boolean;
  readonly format: TestFormat;
  readonly coverage?: boolean;
  /** Percent, as it was written. */
  readonly threshold?: string;
  readonly mutate?: boolean;
}

export type TestFormat = keyof typeof formats;

/**
 * Says in a line how many passed; sets exit code 1 when something is to be mended.
 *
 * @throws UsageError when there is nothing to test
 */
export async function rulesTest(paths: readonly string[], options: RulesTestOptions): Promise<void> {
  const asked = paths.length > 0 ? paths : [readConfig(process.env).rulesDir];
  const run = runner(options);
  if (options.watch === true) {
    const { watchTests } = await import('./watch-tests.ts');
    return watchTests(asked, () => run(asked));
  }
  const { text, failed } = await run(asked);
  process.stdout.write(`${text}\n`);
  if (failed) process.exitCode = 1;
}

/** Runs the tests of these paths as often as wanted, and says what came of it. */
function runner(options: RulesTestOptions): (paths: readonly string[]) => Promise<Run> {
  const threshold = options.threshold === undefined ? null : percentOf(options.threshold);
  const isWanted = wantedBy(options.filter);
  const choice = {
    isWanted,
    coverage: options.coverage === true || threshold !== null,
    mutate: options.mutate === true,
  };
  return async (paths) => {
    const sources = await sourcesIn(paths);
    // Payload files may have changed since the last run, and GitHub's examples stay.
    const test = ruleTester(vocabulary, testPayloads(sources.map(({ directory }) => directory)));
    const reports: TestReport[] = [];
    for (const { directory, tests } of sources)
      reports.push(await test({ rules: await readRuleFiles(directory), tests }, choice));
    const report: JudgedReport = { ...joined(reports), threshold, mutate: choice.mutate };
    if (report.problems.length === 0 && report.results.length === 0)
      throw new UsageError(`no test is called anything like ${options.filter ?? ''}`);
    return { text: await formats[options.format](report), failed: isFailure(report) };
  };
}

interface Tested {
  readonly directory: string;
  readonly tests: readonly SourceFile[];
}

/** Each directory's tests once: all of a directory, or those that are named, or that lie beside a rule file. */
async function sourcesIn(paths: readonly string[]): Promise<Tested[]> {
  const found = new Map<string, Map<string, SourceFile>>();
  for (const path of paths) {
    const about = await stat(path).catch(() => {
      throw new UsageError(`there is no file or directory ${resolve(path)}`);
    });
    const directory = about.isDirectory() ? path : dirname(path);
    const read = await Promise.all((about.isDirectory() ? [path] : [testFileOf(path)]).map(readTestFiles));
    const tests = found.get(directory) ?? new Map<string, SourceFile>();
    for (const file of read.flat()) tests.set(resolve(file.path), file);
    if (tests.size === 0) throw new UsageError(`there are no tests (*.test.yaml) in ${directory}`);
    found.set(directory, tests);
  }
  return [...found].map(([directory, tests]) => ({ directory, tests: [...tests.values()] }));
}

function testFileOf(path: string): string {
  if (isTestFile(path)) return path;
  const beside = ['.test.yaml', '.test.yml'].map((end) => path.replace(/\.ya?ml$/, end));
  const there = beside.find((file) => file !== path && existsSync(file));
  if (there === undefined) throw new UsageError(`there are no tests beside ${path}; they would be in ${beside[0]}`);
  return there;
}

function wantedBy(filter: string | undefined): (test: WrittenTest) => boolean {
  if (filter === undefined) return () => true;
  const called = ({ at, name }: WrittenTest) => `${at.file} ${name}`;
  const [, pattern] = /^\/(.+)\/$/.exec(filter) ?? [];
  if (pattern === undefined) return (test) => called(test).includes(filter);
  try {
    const expression = patternOf(pattern);
    return (test) => expression.matcher(called(test)).find();
  } catch (cause) {
    throw new UsageError(`--filter ${filter} is no regular expression: ${cause instanceof Error ? cause.message : ''}`);
  }
}

function percentOf(written: string): number {
  const percent = Number(written);
  if (written.trim() === '' || !(percent >= 0 && percent <= 100))
    throw new UsageError(`--threshold is a percentage from 0 to 100, not ${written}`);
  return percent;
}

/** One report of several directories. */
function joined(reports: readonly TestReport[]): TestReport {
  const coverages = reports.flatMap(({ coverage }) => coverage ?? []);
  const mutations = reports.flatMap(({ mutation }) => mutation ?? []);
  const sum = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((so, item) => so + of(item), 0);
  const [seen, total] = [sum(coverages, (each) => each.seen), sum(coverages, (each) => each.total)];
  return {
    problems: reports.flatMap(({ problems }) => problems),
    files: reports.flatMap(({ files }) => files),
    results: reports.flatMap(({ results }) => results),
    coverage:
      coverages.length === 0
        ? null
        : {
            conditions: coverages.flatMap(({ conditions }) => conditions),
            seen,
            total,
            percent: total === 0 ? 100 : (seen / total) * 100,
          },
    mutation:
      mutations.length === 0
        ? null
        : {
            total: sum(mutations, (each) => each.total),
            noticed: sum(mutations, (each) => each.noticed),
            accepted: sum(mutations, (each) => each.accepted),
            problems: mutations.flatMap(({ problems }) => problems),
          },
  };
}

/** Each is loaded only when it is asked for. */
const formats = {
  text: async (report: JudgedReport) => (await import('../test-formats/text.ts')).textReport(report),
  json: async (report: JudgedReport) => (await import('../test-formats/json.ts')).jsonReport(report),
  github: async (report: JudgedReport) => (await import('../test-formats/github.ts')).githubReport(report, fromTop),
  junit: async (report: JudgedReport) => (await import('../test-formats/junit.ts')).junitReport(report),
} satisfies Record<string, (report: JudgedReport) => Promise<string>>;
