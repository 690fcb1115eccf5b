// Which issues a pull request's text says it closes.
import { expect } from 'chai';
import { closingReferences } from '../../src/models/closing-references.ts';

const REPOSITORY = { full_name: 'octo/app', html_url: 'https://git.example.org/octo/app' };

const cases: readonly (readonly [text: string, expected: readonly string[]])[] = [
  ['Fixes #12', ['octo/app#12']],
  ['close #1 closes #2 closed #3', ['octo/app#1', 'octo/app#2', 'octo/app#3']],
  ['fix #1 fixes #2 fixed #3', ['octo/app#1', 'octo/app#2', 'octo/app#3']],
  ['resolve #1 resolves #2 resolved #3', ['octo/app#1', 'octo/app#2', 'octo/app#3']],
  ['CLOSES: #10', ['octo/app#10']],
  ['Closes:\n#10', ['octo/app#10']],
  ['Fixes GH-7 and resolves gh-8', ['octo/app#7', 'octo/app#8']],
  ['Fixes other/repo.js#3', ['other/repo.js#3']],
  ['Fixes https://github.com/other/repo/issues/9', ['other/repo#9']],
  ['Fixes https://github.com/other/repo/issues/9#issuecomment-1', ['other/repo#9']],
  ['Fixes [the bug](https://github.com/other/repo/issues/9)', ['other/repo#9']],
  ['Closes https://git.example.org/octo/app/issues/4', ['octo/app#4']],
  ['Closes https://evil.example/octo/app/issues/4', []],
  ['Closes https://github.com/octo/app/pull/4', []],
  ['Fixes #2, fixes #1, fixes #2', ['octo/app#2', 'octo/app#1']],
  ['Fixes #2 and closes Octo/App#2', ['octo/app#2']],
  ['Fixes #1, #2', ['octo/app#1']],
  ['**Fixes** #1', ['octo/app#1']],
  ['- Fixes #1\n- Fixes #2', ['octo/app#1', 'octo/app#2']],
  ['| Issue |\n|---|\n| fixes #1 |', ['octo/app#1']],
  ['## Fixes #1', ['octo/app#1']],
  ['See #12', []],
  ['prefixes #12', []],
  ['hotfix-fixes#12', []],
  ['Fixes#12', []],
  ['Fixes #0', []],
  ['Fixes #12abc', []],
  ['Fixes # 12', []],
  ['Fixing #12', []],
  ['It fixes\n\n#12', []],
  ['`Fixes #12`', []],
  ['Fixes `code` #12', []],
  ['```\nFixes #12\n```', []],
  ['    Fixes #12', []],
  ['<!-- Fixes #12 -->', []],
  ['Text <!-- Fixes #12 --> text', []],
  ['<!--\n\nFixes #12\n\n-->\n\nFixes #13', ['octo/app#13']],
  ['> Fixes #12', []],
  ['> quoted\nFixes #12', []],
  ['', []],
];

describe('closing references', () => {
  for (const [text, expected] of cases) {
    it(`finds ${expected.join(', ') || 'none'} in ${JSON.stringify(text)}`, () => {
      const found = closingReferences(text, REPOSITORY).map(({ repository, number }) => `${repository}#${number}`);
      expect(found).to.deep.equal(expected);
    });
  }
});
