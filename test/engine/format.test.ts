// The one look of rule files and tests; and that whatever cannot be read is left alone.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { format } from '../../src/engine/format.ts';
import { rulesLayout, testsLayout } from '../../src/engine/format-layout.ts';
import { readRuleFiles } from '../../src/rules-directory.ts';
import { rulesDirectory } from '../support/shipped-rules.ts';
import { load } from './rules.ts';

interface Case {
  readonly note: string;
  readonly of?: 'tests';
  readonly from: string;
  readonly to: string;
}

const cases = parse(readFileSync(new URL('./cases/format.yaml', import.meta.url), 'utf8')) as Case[];

describe('the look of a file', () => {
  for (const { note, of, from, to } of cases) {
    it(note, () => {
      const layout = of === 'tests' ? testsLayout : rulesLayout;
      expect(format({ path: 'x.yaml', text: from }, layout)).to.deep.equal({ text: to, problems: [] });
      expect(format({ path: 'x.yaml', text: to }, layout).text).to.equal(to);
      expect(parse(to)).to.deep.equal(parse(from));
    });
  }

  it('has lines that end as on Unix, and one at its end', () => {
    const to = 'version: 1\nprogram: demo # here\n';
    for (const text of [
      'version: 1\r\nprogram: demo # here\r\n',
      '\ufeffversion: 1\nprogram: demo # here',
      `${to}\n\n`,
      `---\n${to}...\n`,
    ])
      expect(format({ path: 'x.yaml', text }, rulesLayout)).to.deep.equal({ text: to, problems: [] });
  });

  it('keeps the rules that ship the rules they are', async () => {
    const files = await readRuleFiles(rulesDirectory);
    const formatted = files.map((file) => ({ path: file.path, text: format(file, rulesLayout).text }));
    const plain = (loaded: ReturnType<typeof load>) =>
      [...(loaded.rules?.rules ?? [])].map(({ id, on, clause, description }) => ({ id, on, clause, description }));
    expect(plain(load(formatted)))
      .to.deep.equal(plain(load(files)))
      .and.not.to.deep.equal([]);
  });

  for (const [what, text] of [
    ['broken YAML', 'version: [1\nprogram: demo\n'],
    ['the same key twice', 'a: 1\na:   2\n'],
    ['an anchor', 'a: &x   1\n'],
    ['two documents', 'a:   1\n---\nb: 2\n'],
    ['a NUL character', 'a:   "\0"\n'],
    ['a directive', '%YAML 1.1\n---\na:   yes\n'],
  ] as const) {
    it(`leaves a file with ${what} alone, and says what is wrong`, () => {
      const { text: left, problems } = format({ path: 'x.yaml', text }, rulesLayout);
      expect(left).to.equal(text);
      expect(problems).not.to.deep.equal([]);
      for (const problem of problems) expect(problem).to.include({ file: 'x.yaml', severity: 'error' });
    });
  }
});
