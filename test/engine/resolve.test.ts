// What arrives at an action: values put together from facts, within the bounds that its parameters declare.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { NeedsLookup } from '../../src/engine/evaluate.ts';
import { resolveParams } from '../../src/engine/resolve.ts';
import type { Facts } from '../../src/facts/fact.ts';
import { rulesOf } from './rules.ts';

const facts: Facts = {
  'issue.number': 7,
  'issue.title': '  Export\n  as CSV ',
  'issue.body': '**bold** @asha\n\n# Heading',
  'issue.labels': ['Bug', 'bug', '', ' Help  wanted '],
  'issue.author': { id: 1, login: 'asha' },
  'issue.assignees': [
    { id: 2, login: 'ravi' },
    { id: 2, login: 'ravi-2' },
  ],
};

function resolved(then: string, given: Facts = facts, isLookup: (fact: string) => boolean = () => false) {
  const [written] =
    rulesOf(`  one: { on: issues, when: { issue.number: 7 }, then: [${then}] }`).rules[0]?.actions ?? [];
  const action = Object.values(actions).find(({ name }) => name === written?.name);
  if (written === undefined || action === undefined) throw new Error(`no action in ${then}`);
  return resolveParams(action, written, given, isLookup);
}

describe('what arrives at an action', () => {
  const cases: [string, string, object][] = [
    [
      'a text on one line',
      "{ grant_badge: { to: { fact: issue.author }, badge: 'For {{ issue.title }} ' } }",
      { to: [{ id: 1, login: 'asha' }], badge: 'For Export as CSV' },
    ],
    [
      'Markdown as its author wrote it, with payloads as plain text',
      '{ comment: { body: "# Hello\\n\\n- **{{ issue.title }}**\\n- {{ issue.body }}\\n" } }',
      { body: '# Hello\n\n- ** Export as CSV **\n- &#x2a;&#x2a;bold&#x2a;&#x2a; @\u200basha # Heading' },
    ],
    [
      "Discord's Markdown, by Discord's rules",
      "{ notify_discord: { channel: tickets, message: '**{{ issue.body }}** {{ issue.number }}' } }",
      { channel: 'tickets', message: '**\\*\\*bold\\*\\* @\u200basha # Heading** 7' },
    ],
    [
      'a list of texts, each with its placeholders',
      "{ add_labels: { labels: [triage, 'author: {{ issue.author }}'] } }",
      { labels: ['triage', 'author: asha'] },
    ],
    [
      'a list without what comes to nothing, or to the same',
      "{ add_labels: { labels: ['{{ issue.milestone }}', '{{ issue.author }}', ASHA] } }",
      { labels: ['asha'] },
    ],
    ['a list from a fact', '{ add_labels: { labels: { fact: issue.labels } } }', { labels: ['Bug', 'Help wanted'] }],
    [
      'no list from a fact that is not known',
      '{ remove_labels: { labels: { fact: issue.milestones } } }',
      { labels: [] },
    ],
    ['one of a few values', '{ react: { content: "+1" } }', { content: '+1' }],
    ['each user once', '{ assign: { to: { fact: issue.assignees } } }', { to: [{ id: 2, login: 'ravi-2' }] }],
    ['nothing for what is left out', '{ close: }', {}],
  ];
  for (const [name, then, wanted] of cases) {
    const known = name.includes('not known') ? then.replace('issue.milestones', 'ticket.skills') : then;
    it(`is ${name}`, () => expect(resolved(known)).to.deep.equal(wanted));
  }

  it('is looked up first, where a text needs it', () => {
    const rules = rulesOf(
      `  one: { on: pull_request, while: { pull_request.number: 7 }, then: [{ add_labels: { labels: ['{{ pull_request.ticket.complexity }}'] } }] }`,
    );
    const [written] = rules.rules[0]?.actions ?? [];
    if (written === undefined) throw new Error('no action');
    const isLookup = (fact: string) => fact === 'pull_request.ticket.complexity';
    expect(() => resolveParams(actions.add_labels, written, {}, isLookup)).to.throw(NeedsLookup);
    const impossible = { 'pull_request.ticket.complexity': 'GitHub says no' };
    expect(() => resolveParams(actions.add_labels, written, {}, isLookup, impossible)).to.throw(
      'pull_request.ticket.complexity cannot be looked up: GitHub says no',
    );
    const answered = { 'pull_request.ticket.complexity': 'High' };
    expect(resolveParams(actions.add_labels, written, answered, isLookup)).to.deep.equal({ labels: ['High'] });
  });

  it('fails the rule where a label or a badge would be another one for being cut', () => {
    const long = { ...facts, 'issue.title': 'x'.repeat(51) };
    expect(() => resolved("{ add_labels: { labels: ['{{ issue.title }}'] } }", long)).to.throw(
      'add_labels.labels can have 50 characters, not 51',
    );
    expect(() =>
      resolved("{ grant_badge: { to: { fact: issue.author }, badge: '{{ issue.title }}' } }", long),
    ).to.throw('grant_badge.badge can have 50 characters, not 51');
  });

  it('fails the rule where a text cannot be made', () => {
    const then =
      "{ comment: { body: '{% for i in (1..10000000) %}xxxxxxxxxxxxxxxxxxxxxxxxxx{{ issue.title }}{% endfor %}' } }";
    expect(() => resolved(then)).to.throw(/^[^,]*limit[^,]*$/);
  });

  it('is a comment that GitHub takes, however much the payloads say, and one that says where it was cut', () => {
    const body = '{% for label in issue.labels %}{{ label }}\n{% endfor %}The end';
    const said = (count: number) =>
      String(
        resolved(`{ comment: { body: "${body.replaceAll('\n', '\\n')}" } }`, {
          'issue.labels': Array.from({ length: count }, () => '* '.repeat(2_000)),
        })['body'],
      );
    expect(said(2)).to.match(/The end$/);
    expect(said(40).length).to.be.within(64_000, 65_000);
    expect(said(40)).to.match(/\n\n… \(cut here: the message was too long\)$/);
  });

  it('is a summary that GitHub takes, which counts its bytes', () => {
    const check = `{ set_check: { name: x, conclusion: success, summary: '{% for label in pull_request.labels %}{{ label }} {% endfor %}' } }`;
    const rules = rulesOf(`  one: { on: pull_request, while: { pull_request.number: 7 }, then: [${check}] }`);
    const [written] = rules.rules[0]?.actions ?? [];
    if (written === undefined) throw new Error('no action');
    const labels = { 'pull_request.labels': Array.from({ length: 40 }, () => 'शब्द '.repeat(200)) };
    const { summary } = resolveParams(actions.set_check, written, labels, () => false);
    expect(Buffer.byteLength(String(summary))).to.be.within(60_000, 65_535);
    expect(summary).to.match(/\n\n… \(cut here: the message was too long\)$/);
  });

  it('is a message that Discord takes', () => {
    const message = `{% for label in issue.labels %}{{ label }} {% endfor %}`;
    const { message: said } = resolved(`{ notify_discord: { channel: a, message: '${message}' } }`, {
      'issue.labels': Array.from({ length: 40 }, () => 'label '.repeat(100)),
    });
    expect(String(said).length).to.be.within(1_900, 2_000);
  });
});
