// Rule files and problems as somebody would write them who wants to be obeyed by what shows them.
import fc from 'fast-check';
import type { Problem, SourceFile } from '../../src/engine/problem.ts';

/** Pieces that mean something to terminals, logs, XML, Markdown or JSON. */
export const PIECES = [
  '\u001b[2J',
  '\u0007',
  '\u009b1A',
  '\u202e',
  '\u2066',
  '\0',
  '\ud800',
  '\udfff',
  '\uffff',
  '\ufffe',
  '\ufeff',
  '\u2028',
  '\r',
  '\n',
  '\r\n',
  '\t',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '</failure>',
  '<x a="',
  '"',
  "'",
  '&',
  '&amp;',
  '&#0;',
  '::set-output name=x::y',
  '\n::error ::forged',
  '\n  ::stop-commands::x',
  '##[add-mask]x',
  '##[set-output name=x]y',
  '%0A',
  '%25',
  '[click](http://x.example)',
  '{0}',
  '\\',
  '🏳️‍🌈',
  'क्षि',
  '漢字',
  ' ',
  'a',
];

const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join(''));

/** Problems in one or two files of any name, at places that are there or not. */
export const hostileReport: fc.Arbitrary<{ problems: Problem[]; files: SourceFile[] }> = fc
  .array(fc.record({ path: text.map((name) => `${name}.yaml`), text }), { minLength: 1, maxLength: 2 })
  .chain((files) => {
    const problem = fc.record(
      {
        code: fc.constantFrom('unknown-fact', 'yaml-syntax', 'loop'),
        severity: fc.constantFrom('error' as const, 'warning' as const),
        file: fc.constantFrom(...files.map(({ path }) => path)),
        line: fc.integer({ min: 1, max: 5 }),
        column: fc.integer({ min: 1, max: 40 }),
        length: fc.integer({ min: 1, max: 40 }),
        message: text,
        hint: text,
      },
      { requiredKeys: ['code', 'severity', 'file', 'line', 'column', 'length', 'message'] },
    );
    return fc.array(problem, { maxLength: 4 }).map((problems) => ({ problems, files }));
  });

/** Whether a runner of GitHub Actions would take any line of it for a command: by its own rules, see printable.ts. */
export function commandsIn(output: string): string[] {
  return output.split(/\r\n|\n|\r/).filter((line) => /^\s*::[^:]*::/.test(line) || /##\[[^\]]*\]/.test(line));
}

/** What a terminal would obey, line breaks and tabs left out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
export const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
