// What an editor with Red Hat's language server shows over the words of a rule file, by the published schema.
import { expect } from 'chai';
import { type Editor, startEditor } from './language-server.ts';
import { action, condition, HEAD, rule } from './unfinished.ts';

describe('hovering in an editor', function () {
  this.timeout(60_000);
  let editor: Editor;
  before(async () => {
    editor = await startEditor();
  });
  after(() => editor.close());

  const hovers: readonly [what: string, text: string, said: readonly string[]][] = [
    [
      'a fact',
      condition('issue.la‸bels: { containsAny: [C4GT] }'),
      [
        'Names of the labels on the issue.',
        'list of texts, without regard to case',
        'for while and when',
        'issue\\_comment',
        'containsAny:\n  - C4GT Community',
      ],
    ],
    [
      'a fact with known values',
      condition('issue.st‸ate: open'),
      ['Whether the issue is open or closed.', '* `open`\n* `closed`'],
    ],
    ['a fact that is looked up', condition('pull_request.ticket.compl‸exity: High'), ['Looked up', 'Low']],
    ['a value', condition('issue.state: clo‸sed'), ['Whether the issue is open or closed.', '* `closed`']],
    ['a fact of the moment', rule('when: { label.na‸me: x }'), ['True of one moment: for when.']],
    [
      'an operator',
      condition('issue.labels: { contains‸Any: [C4GT] }'),
      ['#### containsAny', 'Has at least one of these among its elements.', '- C4GT Community'],
    ],
    [
      'an operator in its own form',
      condition('fact: issue.labels', 'operator: contains‸Any', 'value: [x]'),
      ['Has at least one of these among its elements.'],
    ],
    [
      'a fact in place of a value',
      condition('issue.author: { equal: { fact: issue.au‸thor } }'),
      ['The account that opened the issue.'],
    ],
    [
      '`while`',
      rule('whi‸le:', '  issue.state: open'),
      ['The effects stand while this holds, and are withdrawn when it stops holding.'],
    ],
    ['`all`', condition('al‸l:', '  - issue.state: open'), ['All of these hold.']],
    [
      'an event',
      `${HEAD}rules:\n  one:\n    on: issues.la‸beled\n`,
      ['#### Event', 'when the action is labeled', 'About an issue'],
    ],
    ['`on`', `${HEAD}rules:\n  one:\n    o‸n: [issues]\n`, ['The events that bring a subject under this rule']],
    [
      'an action',
      action('- award‸_points: { to: { fact: issue.author }, points: 10 }'),
      ['Credits points to each person in `to`', 'Standing. For rules about issues or pull requests.', 'points: 20'],
    ],
    ['a parameter', action('- award_points: { to: { fact: issue.author }, poi‸nts: 10 }'), ['from 1 to 1000', '20']],
    ['a mode', rule('mode: sha‸dow'), ['Decided and recorded, and nothing changes']],
    ['`limits`', rule('lim‸its: { per_day: 10 }'), ['How much the rule may do']],
    ['a key of the file', `${HEAD}reposi‸tories: [a/b]\n`, ['Globs of repositories the rules apply to.']],
  ];

  for (const [what, text, said] of hovers) {
    it(`explains ${what}`, async () => {
      const shown = await editor.hover(text);
      for (const words of said) expect(shown).to.include(words);
      // Over one fact or event, the names of all the others are no help.
      expect(shown.length).to.be.below(1500);
    });
  }
});
