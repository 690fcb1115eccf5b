// What an editor with Red Hat's language server underlines in a rule file, by the published schema: each mistake once.
import { expect } from 'chai';
import { isTestFile, readRuleFiles, readTestFiles } from '../../src/rules-directory.ts';
import { rulesDirectory } from '../support/shipped-rules.ts';
import { type Editor, startEditor } from './language-server.ts';
import { HEAD, MODELINE, rule } from './unfinished.ts';

describe('mistakes in an editor', function () {
  this.timeout(60_000);
  let editor: Editor;
  before(async () => {
    editor = await startEditor();
  });
  after(() => editor.close());

  const right = ['while: { issue.state: open }', 'then: [{ list_ticket: {} }]'];
  const mistakes: readonly [what: string, text: string, underlined: RegExp][] = [
    ['an unknown key', `${HEAD}tabels: {}\n`, /^4:1 Property tabels is not allowed\.$/],
    ['an unknown key of a rule', rule(...right, 'whlie: {}'), /^9:5 Property whlie is not allowed\.$/],
    ['a missing key', `${MODELINE}version: 1\nrules: {}\n`, /^2:1 Missing property "program"\.$/],
    ['a rule without consequence', rule('while: { issue.state: open }'), /^5:3 Missing property "then"\.$/],
    ['a rule without condition', rule('then: [{ list_ticket: {} }]'), /^5:3 A rule needs `while` or `when`\.$/],
    [
      'a rule with both',
      rule(...right, 'when: { issue.state: open }'),
      /^9:5 A rule has `while` or `when`, and not both\.$/,
    ],
    ['`once_per` beside `while`', rule(...right, 'once_per: subject'), /^9:5 `once_per` goes with `when`/],
    ['an unknown event', `${HEAD}rules:\n  one:\n    on: issus\n    ${right.join('\n    ')}\n`, /^6:9 Value must be /],
    [
      'an unknown fact',
      rule('while: { issue.label: x }', 'then: [{ list_ticket: {} }]'),
      /^7:14 Property issue\.label is not allowed\.$/,
    ],
    [
      'a fact of the moment in `while`',
      rule('while: { label.name: x }', 'then: [{ list_ticket: {} }]'),
      /^7:14 Property label\.name is not allowed\.$/,
    ],
    [
      'an unknown operator',
      rule('while: { issue.state: { equals: open } }', 'then: [{ list_ticket: {} }]'),
      /^7:29 Property equals is not allowed\.$/,
    ],
    [
      'an unknown value',
      rule('while: { issue.state: opne }', 'then: [{ list_ticket: {} }]'),
      /^7:27 Value is not accepted\. Valid values: "open", "closed"\.$/,
    ],
    [
      'an unknown value in a list',
      rule('while: { issue.state: [opne] }', 'then: [{ list_ticket: {} }]'),
      /^7:28 Value is not accepted\. Valid values: "open", "closed"\.$/,
    ],
    [
      'an unknown value behind an operator',
      rule('while: { issue.state: { notEqual: opne } }', 'then: [{ list_ticket: {} }]'),
      /^7:39 Value is not accepted\. Valid values: "open", "closed"\.$/,
    ],
    [
      'a value of another type',
      rule('while: { issue.number: many }', 'then: [{ list_ticket: {} }]'),
      /^7:28 Incorrect type\. Expected one of number, array, object\.$/,
    ],
    [
      'a list compared with a text',
      rule('while: { issue.labels: C4GT }', 'then: [{ list_ticket: {} }]'),
      /^7:28 This is a list: compare it by an operator/,
    ],
    [
      'a fact of another type',
      rule('while: { issue.number: { equal: { fact: issue.title } } }', 'then: [{ list_ticket: {} }]'),
      /^7:45 Value must be /,
    ],
    [
      'a duration that is none',
      rule('while: { issue.created_at: { olderThan: 7 days } }', 'then: [{ list_ticket: {} }]'),
      /^7:45 A duration is written as 30m, 12h, 7d or 2w\.$/,
    ],
    [
      'an unknown action',
      rule('while: { issue.state: open }', 'then: [{ list_tickets: {} }]'),
      /^8:14 Property list_tickets is not allowed\.$/,
    ],
    [
      'an unknown parameter',
      rule('while: { issue.state: open }', 'then: [{ list_ticket: { point: 1 } }]'),
      /^8:29 Property point is not allowed\.$/,
    ],
    [
      'too many points',
      rule('while: { issue.state: open }', 'then: [{ award_points: { to: { fact: issue.author }, points: 1001 } }]'),
      /^8:66 Value is above the maximum of 1000\.$/,
    ],
    [
      'a login instead of a user',
      rule('while: { issue.state: open }', 'then: [{ award_points: { to: { fact: issue.author.login }, points: 1 } }]'),
      /^8:42 Value must be /,
    ],
    [
      "a rule's name with capitals",
      `${HEAD}rules:\n  One:\n    on: issues\n    ${right.join('\n    ')}\n`,
      /^5:3 A name is small letters, digits and single dashes/,
    ],
    ['nothing that follows', rule('while: { issue.state: open }', 'then: []'), /^8:11 Array has too few items/],
  ];

  for (const [what, text, underlined] of mistakes) {
    it(`underlines ${what}, once`, async () => {
      const found = await editor.diagnostics(text);
      expect(found, found.join('\n')).to.have.length(1);
      expect(found[0]).to.match(underlined);
    });
  }

  it('underlines nothing in a rule that is right', async () => {
    expect(await editor.diagnostics(rule(...right))).to.deep.equal([]);
  });

  it('finds the schemas by the modelines of the files that ship, and underlines nothing in them', async () => {
    const files = [...(await readRuleFiles(rulesDirectory)), ...(await readTestFiles(rulesDirectory))];
    for (const { path, text } of files) {
      const schema = isTestFile(path) ? 'tests' : 'rules';
      expect(text.split('\n')[0], path).to.equal(`# yaml-language-server: $schema=../schemas/${schema}.schema.json`);
      const name = path.split('/').at(-1);
      expect(await editor.diagnostics(text, `rules/${name}`), path).to.deep.equal([]);
      const wrong = `${text}nonsense: 1\n`;
      const last = wrong.split('\n').length - 1;
      expect(await editor.diagnostics(wrong, `rules/wrong-${name}`), path).to.deep.equal([
        `${last}:1 Property nonsense is not allowed.`,
      ]);
    }
  });

  it('finds them from wherever the file lies, and says nothing without a modeline', async () => {
    const text = `${rule(...right).replace('../schemas/', '../../schemas/')}    nothing: 1\n`;
    expect(await editor.diagnostics(text, 'rules/deeper/x.yaml')).to.deep.equal([
      '9:5 Property nothing is not allowed.',
    ]);
    expect(await editor.diagnostics(text.replace(/^.*\n/, ''), 'rules/deeper/y.yaml')).to.deep.equal([]);
  });
});
