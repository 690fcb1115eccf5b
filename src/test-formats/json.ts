// A run of tests for programs.
import { inertJson } from '../problem-formats/json.ts';
import { isFailure, isTooLow, type JudgedReport } from './report.ts';

export function jsonReport(report: JudgedReport): string {
  const { problems, results, coverage, mutation, threshold } = report;
  const tests = results.map(({ test, failure, milliseconds }) => ({
    file: test.written.at.file,
    line: test.written.at.line,
    name: test.written.name,
    passed: failure === null,
    milliseconds: Math.round(milliseconds * 1000) / 1000,
    ...(failure === null
      ? {}
      : { message: failure.message, differences: failure.mismatches, details: failure.details }),
  }));
  const failed = tests.filter(({ passed }) => !passed).length;
  return inertJson({
    ok: !isFailure(report),
    passed: tests.length - failed,
    failed,
    problems,
    tests,
    ...(coverage === null
      ? {}
      : { coverage: { ...coverage, ...(threshold === null ? {} : { threshold, isTooLow: isTooLow(report) }) } }),
    ...(mutation === null
      ? {}
      : {
          mutants: {
            total: mutation.total,
            noticed: mutation.noticed,
            accepted: mutation.accepted,
            survivors: mutation.problems,
          },
        }),
  });
}
