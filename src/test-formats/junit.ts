// A run of tests as JUnit's XML: a suite for each file, and one each for coverage and mutants where they were asked for.
import type { Problem } from '../engine/problem.ts';
import { type JunitCase, type JunitSuite, junitXml } from '../junit.ts';
import { sentenceOf } from '../problem-formats/report.ts';
import { drawing } from '../problem-formats/text.ts';
import { gapsOf } from '../rule-tests/coverage.ts';
import { coverageIn, isTooLow, type JudgedReport, mutantsIn } from './report.ts';

export function junitReport(report: JudgedReport): string {
  const { problems, files, results, coverage, mutation } = report;
  const draw = drawing(files);
  const problemCase = (problem: Problem, type: string): JunitCase => ({
    name: `${problem.line}:${problem.column} ${problem.code}: ${problem.message}`,
    className: problem.file,
    file: problem.file,
    line: problem.line,
    failure: { type, message: sentenceOf(problem), details: draw(problem) },
  });
  const cases = [
    ...problems.map((problem) => problemCase(problem, problem.code)),
    ...results.map(({ test: { written }, failure, milliseconds }): JunitCase => {
      const { name, at } = written;
      const about = { name, className: at.file, file: at.file, line: at.line, milliseconds };
      if (failure === null) return about;
      return { ...about, failure: { type: 'not as expected', message: failure.message, details: failure.details } };
    }),
  ];
  const suites = [...Map.groupBy(cases, ({ file }) => file)].map(([name, own]): JunitSuite => ({ name, cases: own }));
  const whole = (name: string, summary: string | null, found: readonly JunitCase[]): JunitSuite[] => {
    if (summary === null) return [];
    return [{ name, cases: found.length > 0 ? found : [{ name: summary, className: name, file: '' }] }];
  };
  const gaps = coverage !== null && isTooLow(report) ? gapsOf(coverage) : [];
  return junitXml('c4gt rules test', [
    ...suites,
    ...whole(
      'coverage',
      coverageIn(report),
      gaps.map((gap) => problemCase(gap, gap.code)),
    ),
    ...whole(
      'mutants',
      mutantsIn(report),
      (mutation?.problems ?? []).map((each) => problemCase(each, each.code)),
    ),
  ]);
}
