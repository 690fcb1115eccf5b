// A problem in a rule file: a value with a place, a sentence and a hint; collected, sorted, drawn with a caret.

export interface Problem {
  /** Short and stable, for machines and for searching the docs: `unknown-fact`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** Both from 1; column counts UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
  /** How many characters of the line the problem covers, at least 1. */
  readonly length: number;
  readonly message: string;
  readonly hint?: string;
}

/** One rule file as it was read. */
export interface SourceFile {
  /** As people would name it, relative to where they stand. */
  readonly path: string;
  readonly text: string;
}

export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.code, b.code),
  );
}

/** `file:line:column`, the sentence, the line itself, a caret under the place, and the hint; not yet safe to print. */
export function drawProblem(problem: Problem, text: string): string {
  const head = `${problem.file}:${problem.line}:${problem.column} ${problem.severity} ${problem.code}: ${problem.message}`;
  const source = text.split(/\r\n|\n|\r/)[problem.line - 1];
  const hint = problem.hint === undefined ? [] : [`  hint: ${problem.hint}`];
  if (source === undefined || source.trim() === '') return [head, ...hint].join('\n');
  return [head, ...excerpt(source, problem), ...hint].join('\n');
}

/** Long lines are shown around the place; tabs stay tabs so that the caret stands under its character. */
function excerpt(source: string, problem: Problem): string[] {
  const from = Math.max(0, problem.column - 81);
  const shown = source.slice(from, from + 160);
  const gutter = `  ${problem.line} | `;
  const before = shown.slice(0, problem.column - 1 - from).replace(/[^\t]/g, ' ');
  const caret = '^'.repeat(Math.max(1, Math.min(problem.length, shown.length - before.length)));
  return [`${gutter}${shown}`, `${' '.repeat(gutter.length - 2)}| ${before}${caret}`];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
