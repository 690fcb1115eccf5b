// What a check came to, as every format shows it.
import type { Problem, SourceFile } from '../engine/problem.ts';

export interface Report {
  /** Sorted by file and place. */
  readonly problems: readonly Problem[];
  /** Everything that was looked at. */
  readonly files: readonly SourceFile[];
  /** Whether warnings count as much as errors. */
  readonly strict: boolean;
}

/** Whether whoever asked has something to mend. */
export function isFailure({ problems, strict }: Pick<Report, 'problems' | 'strict'>): boolean {
  return problems.some((problem) => counts(problem, strict));
}

export function counts({ severity }: Problem, strict: boolean): boolean {
  return strict || severity === 'error';
}

/** Nobody reads more than these, one by one. */
const SHOWN = 200;

/** Those to show where people read: the first ones, errors before warnings, still sorted; and how many others there are. */
export function firstOf(problems: readonly Problem[]): { shown: readonly Problem[]; others: number } {
  if (problems.length <= SHOWN) return { shown: problems, others: 0 };
  const first = new Set([...ofSeverity(problems, 'error'), ...ofSeverity(problems, 'warning')].slice(0, SHOWN));
  return { shown: problems.filter((problem) => first.has(problem)), others: problems.length - SHOWN };
}

/** `… and 9,800 more` */
export function andMore(others: number): string {
  return `… and ${others.toLocaleString('en')} more`;
}

/** `3 errors, 1 warning in 2 files` */
export function summaryOf({ problems, strict }: Pick<Report, 'problems' | 'strict'>): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  const kinds = [
    counted(ofSeverity(problems, 'error').length, 'error'),
    counted(ofSeverity(problems, 'warning').length, 'warning'),
  ].filter((kind) => !kind.startsWith('0 '));
  const isStrictAbout = strict && ofSeverity(problems, 'error').length === 0;
  return `${kinds.join(', ')} in ${counted(files, 'file')}${isStrictAbout ? '; --strict refuses warnings too' : ''}`;
}

function ofSeverity(problems: readonly Problem[], severity: Problem['severity']): Problem[] {
  return problems.filter((problem) => problem.severity === severity);
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** The sentence and what to do about it. */
export function sentenceOf({ message, hint }: Problem): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
