// What a run of tests came to, in a word and in a few lines; every format says the same.
import type { Coverage } from '../rule-tests/coverage.ts';
import type { TestReport } from '../rule-tests/test-rules.ts';

/** A run, and what was asked of it. */
export interface JudgedReport extends TestReport {
  /** The least coverage, in percent, that is not a failure; null when there is no such. */
  readonly threshold: number | null;
  /** Whether mutants were asked for. */
  readonly mutate: boolean;
}

/** Whether whoever asked has something to mend. */
export function isFailure(report: JudgedReport): boolean {
  const { problems, results, mutation } = report;
  const failed = results.some(({ failure }) => failure !== null);
  return problems.length > 0 || failed || isTooLow(report) || (mutation?.problems ?? []).length > 0;
}

export function isTooLow({ coverage, threshold }: JudgedReport): boolean {
  return coverage !== null && threshold !== null && coverage.percent < threshold;
}

/** `12 passed, 1 failed` */
function resultsIn({ results }: JudgedReport): string {
  const failed = results.filter(({ failure }) => failure !== null).length;
  return `${results.length - failed} passed${failed === 0 ? '' : `, ${failed} failed`}`;
}

/** `coverage 93.7 % (30 of 32)`; null when nobody asked. */
export function coverageIn({ coverage, threshold }: JudgedReport): string | null {
  if (coverage === null) return null;
  const least = threshold === null ? '' : `; ${threshold} % is the least`;
  return `coverage ${percentOf(coverage)} % (${coverage.seen} of ${coverage.total}: each condition true, and false)${least}`;
}

/** `41 of 43 mutants noticed`; null when nobody asked. */
export function mutantsIn({ mutation, mutate }: JudgedReport): string | null {
  if (mutation === null) return mutate ? 'no mutants were tried: a test fails without them' : null;
  const accepted = mutation.accepted === 0 ? '' : `, ${mutation.accepted} accepted`;
  return `${mutation.noticed} of ${mutation.total} mutants noticed${accepted}`;
}

/** A line each for tests, coverage and mutants, as far as they were asked for. */
export function summaryOf(report: JudgedReport): string[] {
  return [resultsIn(report), coverageIn(report), mutantsIn(report)].filter((line) => line !== null);
}

/** Cut, and not rounded: what is not whole does not read as 100. */
function percentOf({ percent }: Coverage): string {
  return String(Math.floor(percent * 10) / 10);
}
