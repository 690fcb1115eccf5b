// The page about warnings: every code is explained, and its examples are warned of, or not, as the page says.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { lint, lintCodes } from '../../../src/engine/lint/lint.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import { load, said } from '../rules.ts';

const page = readFileSync(new URL('../../../docs/lints.md', import.meta.url), 'utf8');

function codesOf(example: string): string[] {
  const { rules, problems, files } = load([{ path: 'x.yaml', text: `version: 1\nprogram: demo\n${example}` }]);
  if (rules === null) throw new Error(problems.map(said).join('\n'));
  return lint({ rules, files }, vocabulary).map(({ code }) => code);
}

const sections = page.split(/^##+ /m).slice(1);

describe('the page about warnings', () => {
  it('explains every code, and no other', () => {
    const explained = sections.flatMap((section) => /^`([a-z-]+)`/.exec(section)?.[1] ?? []);
    expect(explained.toSorted()).to.deep.equal(lintCodes.toSorted());
  });

  for (const section of sections) {
    const [title = '', code] = /^`?([^`\n]*)`?/.exec(section) ?? [];
    const [wrong, right] = [...section.matchAll(/```yaml\n(.*?)```/gs)].map(([, example = '']) => example);
    if (wrong === undefined) continue;
    it(`has examples: ${title}`, () => {
      if (right === undefined) expect(codesOf(wrong)).to.deep.equal([]);
      else {
        expect(new Set(codesOf(wrong))).to.deep.equal(new Set([code]));
        expect(codesOf(right)).to.deep.equal([]);
      }
    });
  }
});
