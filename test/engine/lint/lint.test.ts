// Every lint, on rules that are probably wrong and on those that only look so.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { lint } from '../../../src/engine/lint/lint.ts';
import type { Problem, SourceFile } from '../../../src/engine/problem.ts';
import { readRuleFiles } from '../../../src/rules-directory.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import { load, said } from '../rules.ts';

interface Case {
  readonly note: string;
  readonly rules?: string;
  readonly file?: string;
  readonly files?: readonly string[];
  readonly warns?: readonly { readonly at: string; readonly says?: string; readonly hint?: string }[];
}

const cases = parse(readFileSync(new URL('../cases/lints.yaml', import.meta.url), 'utf8')) as Case[];

function filesOf({ rules = '', file, files }: Case): SourceFile[] {
  const indented = rules.replace(/^(?=.)/gm, '  ');
  const texts = files ?? [file ?? `version: 1\nprogram: demo\nrules:\n${indented}`];
  return texts.map((text, index) => ({ path: `${'abc'.charAt(index)}.yaml`, text }));
}

function linted(files: readonly SourceFile[]): Problem[] {
  const { rules, problems, files: read } = load(files);
  if (rules === null) throw new Error(problems.map(said).join('\n'));
  return lint({ rules, files: read }, vocabulary);
}

describe('the lints', () => {
  for (const one of cases) {
    const { note, warns = [] } = one;
    it(`${note}: ${warns.map(({ at }) => at).join(', ') || 'nothing'}`, () => {
      const files = filesOf(one);
      const problems = linted(files);
      const places = problems.map(({ file, line, column, code }) => {
        const at = `${line}:${column} ${code}`;
        return files.length > 1 ? `${file} ${at}` : at;
      });
      expect(places, problems.map(said).join('\n')).to.deep.equal(warns.map(({ at }) => at));
      for (const [index, { says, hint }] of warns.entries()) {
        if (says !== undefined) expect(problems[index]?.message).to.equal(says);
        if (hint !== undefined) expect(problems[index]?.hint).to.equal(hint);
      }
    });
  }

  it('give up on a contradiction that would take too long to find', () => {
    const pairs = (count: number) =>
      Array.from(
        { length: count },
        (_, i) => `{ any: [{ issue.labels: { contains: a${i} } }, { issue.labels: { contains: b${i} } }] }`,
      );
    const codes = (count: number) => {
      const all = [...pairs(count), `{ issue.labels: { length: { lessThan: ${count} } } }`].join(', ');
      const rules = `one: { on: issues, while: { all: [${all}] }, then: [{ list_ticket: }] }`;
      return linted(filesOf({ note: '', rules })).map(({ code }) => code);
    };
    expect(codes(4)).to.deep.equal(['never-holds']);
    expect(codes(20)).to.deep.equal([]);
  });

  it('find one double award among a thousand that exclude one another', () => {
    const rule = (name: string, repository: string) => `${name}:
      on: issues
      while: { repository.name: ${repository}, issue.state: closed, not: { issue.author: { fact: repository.owner } } }
      then: [{ award_points: { to: { fact: issue.author }, points: 5 } }]\n`;
    const files = Array.from({ length: 10 }, (_, file) => {
      const rules = Array.from({ length: 100 }, (__, i) => `    ${rule(`rule-${i}`, `r${file}-${i}`)}`);
      return { path: `${file}.yaml`, text: `version: 1\nprogram: p${file}\nrules:\n${rules.join('')}` };
    });
    expect(linted(files)).to.deep.equal([]);
    const text = `version: 1\nprogram: again\nrules:\n    ${rule('one', 'R7-42')}`;
    expect(linted([...files, { path: 'again.yaml', text }]).map(said)).to.deep.equal([
      'again.yaml:7:32 double-award the rule `p7/rule-42` (7.yaml:175) awards `issue.author` as well, and both can hold on one issue',
    ]);
  });

  it('only warn', () => {
    const problems = cases.flatMap((one) => linted(filesOf(one)));
    expect(new Set(problems.map(({ severity }) => severity))).to.deep.equal(new Set(['warning']));
  });

  it('have nothing to say of the rules that are shipped', async () => {
    const files = await readRuleFiles(fileURLToPath(new URL('../../../rules', import.meta.url)));
    expect(linted(files).map(said)).to.deep.equal([]);
  });
});
