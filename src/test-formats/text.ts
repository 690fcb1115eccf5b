// A run of tests for people: what failed and why, what was never seen, which mutants survived, and how many passed.
import { printableLine } from '../printable.ts';
import { drawing, textOf } from '../problem-formats/text.ts';
import { gapsOf } from '../rule-tests/coverage.ts';
import { type JudgedReport, summaryOf } from './report.ts';

/** Nothing in it does anything but be read, whatever stands in the files. */
export function textReport(report: JudgedReport): string {
  const { problems, files, results, coverage, mutation } = report;
  if (problems.length > 0) return textOf({ problems, files, strict: false });
  const draw = drawing(files);
  const failed = results.flatMap(({ test, failure }) => {
    if (failure === null) return [];
    const { at, name } = test.written;
    const lines = [`✗ ${at.file}:${at.line} ${name}`, ...failure.details.split('\n')];
    return [lines.map(printableLine).join('\n')];
  });
  const gaps = coverage === null ? [] : gapsOf(coverage).map(draw);
  const survivors = (mutation?.problems ?? []).map(draw);
  return [...failed, ...gaps, ...survivors, summaryOf(report).join('\n')].join('\n\n');
}
