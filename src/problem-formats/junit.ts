// Problems as JUnit's XML: a suite for each file, a case for each problem, and one that passes for a file without any.
import type { Problem } from '../engine/problem.ts';
import { type JunitCase, junitXml } from '../junit.ts';
import { counts, type Report, sentenceOf } from './report.ts';
import { drawing } from './text.ts';

export function junitOf({ problems, files, strict }: Report): string {
  const draw = drawing(files);
  const caseOf = (problem: Problem): JunitCase => {
    const { file, line, column, code, severity, message } = problem;
    const about = { name: `${line}:${column} ${code}: ${message}`, className: file, file, line };
    if (!counts(problem, strict)) return { ...about, note: draw(problem) };
    return { ...about, failure: { type: `${severity} ${code}`, message: sentenceOf(problem), details: draw(problem) } };
  };
  const byFile = Map.groupBy(problems, ({ file }) => file);
  const suites = files.map(({ path }) => {
    const own = (byFile.get(path) ?? []).map(caseOf);
    return { name: path, cases: own.length > 0 ? own : [{ name: 'no problems', className: path, file: path }] };
  });
  return junitXml('c4gt rules check', suites);
}
