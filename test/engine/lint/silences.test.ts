// A comment silences; what only looks like one, within a text, does not.
import { expect } from 'chai';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { lint } from '../../../src/engine/lint/lint.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import { load, said } from '../rules.ts';

function warnings(text: string): string[] {
  const { rules, problems, files } = load([{ path: 'x.yaml', text }]);
  if (rules === null) throw new Error(problems.map(said).join('\n'));
  return lint({ rules, files }, vocabulary).map(said);
}

/** A rule with a comment whose parameters are these lines. */
function ruleWith(params: string): string {
  return `version: 1
program: demo
rules:
  one:
    on: issues.opened
    when: { issue.state: open }
    then:
      - comment:
${params.replace(/^/gm, '          ')}`;
}

/** A text with what silences when it is a comment, on one line or on several. */
const text = fc
  .tuple(fc.stringMatching(/^[ -z|}~]{0,40}$/), fc.constantFrom('', ' ', '\n', '\n\n'), fc.boolean())
  .map(([before, parting, isLast]) => `${before}${parting}# c4gt-ignore loop: because${isLast ? '' : '\nand more'}`);

describe('comments that silence', () => {
  for (const style of ['QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED', 'PLAIN'] as const) {
    it(`are none within a text: ${style.toLowerCase().replace('_', ' ')}`, () => {
      fc.assert(
        fc.property(text, (body) => {
          const params = stringify({ body }, { defaultStringType: style, defaultKeyType: 'PLAIN' });
          expect(warnings(ruleWith(params.trimEnd()))).to.deep.equal([]);
        }),
        { numRuns: 100 },
      );
    });
  }

  it('are found after a text of any kind', () => {
    const comment = '# c4gt-ignore loop: because';
    const bodies = [
      `"#" ${comment}`,
      `'#' ${comment}`,
      `it is#1 ${comment}`,
      `"two\n  lines" ${comment}`,
      `> ${comment}\n  #`,
    ];
    for (const body of bodies)
      expect(warnings(ruleWith(`body: ${body}`))[0], body).to.match(/unused-silence there is no `loop` on line \d+$/);
  });

  it('keep their lines in a file with carriage returns and a byte order mark', () => {
    const lines = [
      'version: 1',
      'program: demo',
      'rules:',
      '  one:',
      '    # c4gt-ignore partial-subscription: old issues do not count',
      '    on: issues.opened',
      '    while: { issue.labels: { contains: Bug } }',
      '    then: [{ list_ticket: }] # c4gt-ignore loop: not needed',
      '',
    ];
    expect(warnings(`\ufeff${lines.join('\r\n')}`)).to.deep.equal([
      'x.yaml:8:44 unused-silence there is no `loop` on line 8',
    ]);
  });
});
