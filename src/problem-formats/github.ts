// Problems as annotations of GitHub Actions, which shows them beside the lines of a pull request.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message
import type { Problem } from '../engine/problem.ts';
import { printableLine } from '../printable.ts';
import { andMore, firstOf, type Report, sentenceOf } from './report.ts';

/** @param relative gives a file's path from the top of the repository, by which GitHub knows it */
export function githubOf({ problems }: Pick<Report, 'problems'>, relative: (file: string) => string): string {
  const { shown, others } = firstOf(problems);
  return [...shown.map((problem) => annotation(problem, relative)), ...(others === 0 ? [] : [andMore(others)])].join(
    '\n',
  );
}

function annotation(problem: Problem, relative: (file: string) => string): string {
  const { severity, file, line, column, code } = problem;
  return command(severity, { file: relative(file), line, col: column, title: code }, sentenceOf(problem));
}

/** A workflow command with these lines of text. None of its parts can end it, or begin another. */
export function command(
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string | number>>,
  ...lines: readonly string[]
): string {
  const written = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(String(value))}`);
  return `::${name} ${written.join(',')}::${lines.map(escaped).join('%0A')}`;
}

function escaped(text: string): string {
  return printableLine(text).replaceAll('%', '%25');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
