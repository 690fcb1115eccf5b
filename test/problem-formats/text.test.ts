// Problems as people read them: where they are, what they are, and how many.
import { expect } from 'chai';
import fc from 'fast-check';
import type { Problem } from '../../src/engine/problem.ts';
import { textOf } from '../../src/problem-formats/text.ts';
import { commandsIn, hostileReport, OBEYED } from './hostile.ts';

const problem = (more: Partial<Problem> = {}): Problem => ({
  code: 'unknown-fact',
  severity: 'error',
  file: 'rules/a.yaml',
  line: 1,
  column: 1,
  length: 1,
  message: 'unknown fact `x`',
  ...more,
});
const files = [
  { path: 'rules/a.yaml', text: 'first: line\n\tissue.label: x\n  name: क्षि, then: y\n  漢字: then\n' },
  { path: 'rules/b.yaml', text: '' },
];
const lines = (problems: readonly Problem[], strict = false) => textOf({ problems, files, strict }).split('\n');

describe('problems as text', () => {
  it('is nothing when there is nothing to say', () => {
    expect(textOf({ problems: [], files, strict: true })).to.equal('');
  });

  it('draws the line, a caret under the place, and the hint', () => {
    expect(lines([problem({ line: 2, column: 2, length: 11, hint: 'did you mean `issue.labels`?' })])).to.deep.equal([
      'rules/a.yaml:2:2 error unknown-fact: unknown fact `x`',
      '  2 | \tissue.label: x',
      '    | \t^^^^^^^^^^^',
      '  hint: did you mean `issue.labels`?',
      '',
      '1 error in 1 file',
    ]);
  });

  it('puts the caret under its character where signs join, or take the room of two', () => {
    const carets = (line: number, column: number) => lines([problem({ line, column, length: 4 })])[2];
    expect(carets(3, 15)).to.equal(`    | ${' '.repeat(13)}^^^^`);
    expect(carets(4, 7)).to.equal('    |   \u3000\u3000  ^^^^');
  });

  it('counts errors and warnings, and the files they are in', () => {
    const summary = (problems: readonly Problem[], strict = false) => lines(problems, strict).at(-1);
    const [error, warning] = [problem(), problem({ severity: 'warning', file: 'rules/b.yaml' })];
    expect(summary([error])).to.equal('1 error in 1 file');
    expect(summary([error, error, error, warning])).to.equal('3 errors, 1 warning in 2 files');
    expect(summary([warning, warning])).to.equal('2 warnings in 1 file');
    expect(summary([warning], true)).to.equal('1 warning in 1 file; --strict refuses warnings too');
    expect(summary([error, warning], true)).to.equal('1 error, 1 warning in 2 files');
  });

  it('shows the first 200 of very many, errors before warnings, and says how many there are', () => {
    const warnings = Array.from({ length: 9_999 }, (_, index) => problem({ severity: 'warning', line: index + 1 }));
    const drawn = lines([...warnings, problem({ file: 'rules/b.yaml' })]);
    expect(drawn.filter((line) => line.startsWith('rules/'))).to.have.length(200);
    expect(drawn.filter((line) => line.includes(' error '))).to.have.length(1);
    expect(drawn.slice(-3)).to.deep.equal(['… and 9,800 more', '', '1 error, 9,999 warnings in 2 files']);
  });

  it('gives each part its colour only when it is asked to', () => {
    const painted = textOf(
      { problems: [problem({ line: 2, column: 2 })], files, strict: false },
      (part, text) => `<${part} ${text}>`,
    );
    expect(painted.split('\n').slice(0, 3)).to.deep.equal([
      '<place rules/a.yaml:2:2> <error error> <code unknown-fact>: unknown fact `x`',
      '<gutter   2 | >\tissue.label: x',
      '<gutter     | >\t<error ^>',
    ]);
  });

  it('is obeyed by no terminal and by no runner of GitHub Actions, whatever it is about', () => {
    fc.assert(
      fc.property(hostileReport, ({ problems, files }) => {
        const text = textOf({ problems, files, strict: false });
        expect(text).not.to.match(OBEYED);
        expect(text.isWellFormed()).to.equal(true);
        expect(commandsIn(text)).to.deep.equal([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('has no line that a message forged', () => {
    const message = 'bad\nrules/z.yaml:1:1 error forged: x\r\n::error ::x';
    expect(lines([problem({ message, hint: 'a\nb', file: '::error ::x.yaml' })])).to.deep.equal([
      './::error ::x.yaml:1:1 error unknown-fact: bad⏎rules/z.yaml:1:1 error forged: x⏎::error ::x',
      '  hint: a⏎b',
      '',
      '1 error in 1 file',
    ]);
  });
});
