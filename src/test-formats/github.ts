// A run of tests as annotations of GitHub Actions: each failure where the test is written, what is not covered and which
// mutants survived where the rules are.
import { command, githubOf } from '../problem-formats/github.ts';
import { gapsOf } from '../rule-tests/coverage.ts';
import { coverageIn, isTooLow, type JudgedReport, summaryOf } from './report.ts';

/** @param relative gives a file's path from the top of the repository, by which GitHub knows it */
export function githubReport(report: JudgedReport, relative: (file: string) => string): string {
  const { problems, results, coverage, mutation } = report;
  if (problems.length > 0) return githubOf({ problems }, relative);
  const failed = results.flatMap(({ test: { written }, failure }) => {
    if (failure === null) return [];
    const { file, line, column } = written.at;
    const place = { file: relative(file), line, col: column, title: written.name };
    return [command('error', place, failure.message, ...failure.details.split('\n'))];
  });
  const tooLow = isTooLow(report) ? [command('error', { title: 'coverage' }, coverageIn(report) ?? '')] : [];
  const gaps = coverage === null ? [] : gapsOf(coverage);
  const found = [...gaps, ...(mutation?.problems ?? [])];
  const annotated = found.length === 0 ? [] : [githubOf({ problems: found }, relative)];
  return [...failed, ...tooLow, ...annotated, ...summaryOf(report)].join('\n');
}
