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
  /** Why it could not be read, as the end of a sentence; the text is empty then. */
  readonly unreadable?: string;
}

export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.code, b.code),
  );
}

/** The parts of a drawn problem that may be given a colour. */
export type Part = 'place' | Problem['severity'] | 'code' | 'gutter' | 'hint';

/** Gives a part its colour, or leaves it as it is. */
export type Paint = (part: Part, text: string) => string;

const plain: Paint = (_part, text) => text;

/** `file:line:column`, the sentence, the line itself, a caret under the place, and the hint; not yet safe to print. */
export function drawProblem(problem: Problem, lines: readonly string[], paint: Paint = plain): string {
  const { file, line, column, severity, code, message } = problem;
  const head = `${paint('place', `${file}:${line}:${column}`)} ${paint(severity, severity)} ${paint('code', code)}: ${message}`;
  const source = lines[line - 1];
  const hint = problem.hint === undefined ? [] : [`  ${paint('hint', 'hint:')} ${problem.hint}`];
  if (source === undefined || source.trim() === '') return [head, ...hint].join('\n');
  return [head, ...excerpt(source, problem, paint), ...hint].join('\n');
}

/** The lines of a file, as editors count them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** Long lines are shown around the place. */
function excerpt(source: string, { line, column, length, severity }: Problem, paint: Paint): string[] {
  const from = Math.max(0, column - 81);
  const before = source.slice(from, column - 1);
  const covered = source.slice(column - 1, Math.min(column - 1 + length, from + 160));
  const gutter = `  ${line} | `;
  const caret = '^'.repeat(Math.max(1, blank(covered).length));
  return [
    `${paint('gutter', gutter)}${source.slice(from, from + 160)}`,
    `${paint('gutter', `${' '.repeat(gutter.length - 2)}| `)}${blank(before)}${paint(severity, caret)}`,
  ];
}

/** As wide as the text on a terminal: tabs stay tabs, and signs that stand on the letter before take no room. */
function blank(text: string): string {
  return text
    .replace(/[\p{Mn}\p{Me}\u200b-\u200d]/gu, '')
    .replace(WIDE, '\u3000')
    .replace(/[^\t\u3000]/g, ' ');
}

/** Letters twice as wide as others; the ideographic space is as wide as they are. */
const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303e\uff01-\uff60]/gu;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
