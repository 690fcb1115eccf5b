// Every fault of a rule file gives one precise problem, and none stops the process.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import { drawProblem, linesOf } from '../../src/engine/problem.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { load, said } from './rules.ts';

interface Case {
  readonly note: string;
  readonly file?: string;
  readonly rules?: string;
  readonly at: string;
  readonly says?: string;
  readonly hint?: string;
}

const cases = parse(readFileSync(new URL('./cases/problems.yaml', import.meta.url), 'utf8')) as Case[];

describe('problems in rule files', () => {
  for (const { note, file, rules, at, says, hint } of cases) {
    it(`${note}: ${at}`, () => {
      const text = file ?? `version: 1\nprogram: demo\nrules:\n  ${rules}\n`;
      const loaded = load([{ path: 'x.yaml', text }]);
      const first = loaded.problems[0];
      expect(loaded.rules).to.equal(null);
      expect(first && `${first.line}:${first.column} ${first.code}`, loaded.problems.map(said).join('\n')).to.equal(at);
      if (says !== undefined) expect(first?.message).to.equal(says);
      if (hint !== undefined) expect(first?.hint).to.equal(hint);
    });
  }

  it('shows all of several files at once, sorted, and each once', () => {
    const rules = (name: string) =>
      `version: 1\nprogram: demo\nrules:\n  ${name}: { on: issues, while: { issue.numer: 1 }, then: [] }\n`;
    const { problems } = load([
      { path: 'b.yaml', text: rules('one') },
      { path: 'a.yaml', text: rules('two') },
    ]);
    expect(problems.map((p) => `${p.file}:${p.column} ${p.code}`)).to.deep.equal([
      'a.yaml:31 unknown-fact',
      'a.yaml:49 empty',
      'b.yaml:31 unknown-fact',
      'b.yaml:49 empty',
    ]);
  });

  it('names both places of an id that two files give', () => {
    const text =
      'version: 1\nprogram: demo\nrules:\n  one: { on: issues, while: { issue.number: 1 }, then: [{ list_ticket: }] }\n';
    const { problems } = load([
      { path: 'a.yaml', text },
      { path: 'b.yaml', text },
    ]);
    expect(problems.map(said)).to.deep.equal([
      'b.yaml:4:3 duplicate-id the rule `demo/one` is already defined at a.yaml:4',
    ]);
  });

  it('draws the line, a caret under the place, and the hint', () => {
    const text = 'version: 1\nprogram: demo\ntabels: {}\n';
    const [problem] = load([{ path: 'rules/x.yaml', text }]).problems;
    expect(problem && drawProblem(problem, linesOf(text))).to.equal(
      [
        'rules/x.yaml:3:1 error unknown-key: unknown key `tabels`',
        '  3 | tabels: {}',
        '    | ^^^^^^',
        '  hint: did you mean `tables`?',
      ].join('\n'),
    );
  });

  for (const [what, text, code] of [
    ['850 nested brackets', '['.repeat(850), 'yaml-depth'],
    ['900 nested dashes', `${'- '.repeat(900)}x`, 'yaml-depth'],
    ['300 nested mappings', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'yaml-depth'],
    ['a NUL character', 'version: 1\nprogram: "\0"\n', 'yaml-nul'],
    ['ten megabytes', `version: 1\n${'#'.repeat(10_000_000)}\n`, 'yaml-size'],
  ] as const) {
    it(`refuses ${what} in no time`, () => {
      const took = cpuTime(() => {
        const { rules, problems } = load([{ path: 'x.yaml', text }]);
        expect(rules).to.equal(null);
        expect(problems.map((problem) => problem.code)).to.deep.equal([code]);
      });
      expect(took).to.be.below(500);
    });
  }

  it('takes time in proportion to the size of the file', () => {
    const keys = (count: number) => {
      const rules = Array.from(
        { length: count },
        (_, i) => `  r${i}: { on: issues, while: { issue.number: ${i} }, then: [] }`,
      );
      return load([{ path: 'x.yaml', text: `version: 1\nprogram: demo\nrules:\n${rules.join('\n')}\n` }]);
    };
    keys(100);
    const cpu = (count: number) => cpuTime(() => keys(count));
    expect(cpu(1600)).to.be.below(10 * Math.max(cpu(400), 20));
  });

  it('answers any text with rules or with problems that lie inside it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), yamlLike), (text) => {
        const { rules, problems } = load([{ path: 'x.yaml', text }]);
        expect(rules === null).to.equal(problems.length > 0);
        const lines = text.split(/\r\n|\n|\r/);
        for (const { line, column } of problems) {
          expect(line).to.be.within(1, lines.length);
          expect(column).to.be.within(1, (lines[line - 1]?.length ?? 0) + 2);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** Text made of what rule files are made of, in any order. */
const yamlLike = fc
  .array(
    fc.constantFrom(
      'version: 1\n',
      'program: x\n',
      'rules:\n',
      '  a:\n',
      '    on: issues\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ': ',
      '"',
      '&a ',
      '*a',
      '!!str ',
      '|\n',
      '\t',
      '#',
      '---\n',
      'issue.number',
      '\r\n',
      '? ',
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
