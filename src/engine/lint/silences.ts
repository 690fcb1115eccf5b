// Silencing: `# c4gt-ignore self-dealing: the mentors agreed to it` on a problem's line, or on a line of its own above.
// Why it is silenced has to be said; and what silences nothing would hide the next problem there.
import { didYouMean } from '../closest.ts';
import type { WrittenFile } from '../names.ts';
import { lineStarts, place } from '../place.ts';
import type { Problem } from '../problem.ts';
import type { At } from '../rule.ts';
import { commentsIn } from '../yaml-comments.ts';
import { warning } from './linting.ts';

interface Silence {
  readonly at: At;
  /** The line whose problems it is about. */
  readonly line: number;
  readonly codes: readonly { readonly code: string; readonly at: At }[];
  readonly hasReason: boolean;
}

/**
 * The problems that no comment silences, with what is wrong with such comments.
 *
 * @param all those that there would be if no rule were in shadow: a comment that silences one of them is not in vain
 * @param codes those that can be silenced
 */
export function silenced(
  problems: readonly Problem[],
  all: () => readonly Problem[],
  files: readonly WrittenFile[],
  codes: readonly string[],
): Problem[] {
  const silences = files.flatMap(silencesIn);
  const keyOf = (file: string, line: number, code: string) => `${file}:${line} ${code}`;
  const wanted = new Set(
    silences.flatMap(({ at, line, codes: its }) => its.map(({ code }) => keyOf(at.file, line, code))),
  );
  const keysOf = (some: readonly Problem[]) => new Set(some.map(({ file, line, code }) => keyOf(file, line, code)));
  const found = keysOf(problems);
  const sought = [...wanted].some((key) => !found.has(key)) ? new Set([...found, ...keysOf(all())]) : found;
  return [
    ...problems.filter(({ file, line, code }) => !wanted.has(keyOf(file, line, code))),
    ...silences.flatMap((silence) => [
      ...faults(silence),
      ...silence.codes
        .filter(({ code }) => !sought.has(keyOf(silence.at.file, silence.line, code)))
        .map(({ code, at }) => inVain(code, at, silence.line, codes)),
    ]),
  ];
}

const FORM = 'write `# c4gt-ignore self-dealing: why it is meant so`';

function faults({ at, codes, hasReason }: Silence): Problem[] {
  if (codes.length === 0) return [warning('unused-silence', at, 'this names nothing to be silenced', FORM)];
  return hasReason ? [] : [warning('silence-without-reason', at, 'this does not say why', FORM)];
}

function inVain(code: string, at: At, line: number, codes: readonly string[]): Problem {
  if (!codes.includes(code)) {
    return warning('unused-silence', at, `there is no warning \`${code}\` to be silenced`, didYouMean(code, codes));
  }
  return warning('unused-silence', at, `there is no \`${code}\` on line ${line}`, 'take this out');
}

function silencesIn({ source: { file } }: WrittenFile): Silence[] {
  // The lexer takes as long as reading the file did.
  if (!file.text.includes('c4gt-ignore')) return [];
  const lines = lineStarts(file.text);
  const lineAt = (number: number) => file.text.slice(lines[number - 1] ?? file.text.length, lines[number]);
  return commentsIn(file.text).flatMap(({ offset, comment }) => {
    const directive = /^#+[ \t]*c4gt-ignore(?![\w-])([^:]*)(?::(.*))?$/.exec(comment);
    if (directive === null) return [];
    const [, names = '', reason = ''] = directive;
    const atOf = (from: number, to: number): At => ({ file: file.path, ...place(lines, offset + from, offset + to) });
    const at = atOf(0, comment.length);
    const start = comment.indexOf('c4gt-ignore') + 'c4gt-ignore'.length;
    const codes = [...names.matchAll(/[^\s,]+/g)].map(({ 0: code, index }) => ({
      code,
      at: atOf(start + index, start + index + code.length),
    }));
    // On a line of its own it is about the next line that is no comment.
    let { line } = at;
    while (lineAt(line).trimStart().startsWith('#')) line++;
    return [{ at, line, codes, hasReason: reason.trim() !== '' }];
  });
}
