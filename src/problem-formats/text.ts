// Problems for people: each where it is, with its line, a caret and a hint, and at the end how many there are.
import { drawProblem, linesOf, type Paint, type Problem, type SourceFile } from '../engine/problem.ts';
import { printableLine } from '../printable.ts';
import { andMore, firstOf, type Report, summaryOf } from './report.ts';

/** Empty when all is well. Nothing in it does anything but be read, whatever stands in the files. */
export function textOf({ problems, files, strict }: Report, paint?: Paint): string {
  if (problems.length === 0) return '';
  const { shown, others } = firstOf(problems);
  const draw = drawing(files, paint);
  return [...shown.map(draw), ...(others === 0 ? [] : [andMore(others)]), summaryOf({ problems, strict })].join('\n\n');
}

/** Draws problems one at a time; each file is taken apart once. */
export function drawing(files: readonly SourceFile[], paint?: Paint): (problem: Problem) => string {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const known = new Map<string, readonly string[]>();
  return (problem) => {
    const lines = known.get(problem.file) ?? linesOf(texts.get(problem.file) ?? '').map(printableLine);
    known.set(problem.file, lines);
    return drawProblem(inert(problem), lines, paint);
  };
}

function inert(problem: Problem): Problem {
  const hint = problem.hint === undefined ? {} : { hint: printableLine(problem.hint) };
  return { ...problem, file: printablePath(problem.file), message: printableLine(problem.message), ...hint };
}

/** A line that begins with `::` is a command to the runner of GitHub Actions. */
function printablePath(path: string): string {
  const line = printableLine(path);
  return line.trimStart().startsWith('::') ? `./${line}` : line;
}
