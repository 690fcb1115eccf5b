// What stands at the end of a history: points, tickets, badges, comments, and what waits, would be, or failed.
import { expect } from 'chai';
import type { Expectations } from '../../src/rule-tests/written-test.ts';
import { differences, tested, type WrittenStep } from './testing.ts';

const set = (facts: object) => ({ set: facts });
const opened = { 'issues.opened': set({ 'issue.author': 'asha', 'issue.number': 7, 'issue.title': 'Export' }) };
const merged = {
  'pull_request.closed': set({
    'pull_request.merged': true,
    'pull_request.author': 'asha',
    'pull_request.merged_by': 'devi',
    'pull_request.number': 9,
  }),
};

const onIssues = (then: string, more = '') => `
  it:
    on: issues
    while: { issue.state: open }
    ${more}
    then: [${then}]`;
const award = onIssues('{ award_points: { to: { fact: issue.author }, points: 5 } }');

/** History, what stands, and what does not. */
const cases: readonly [
  what: string,
  rules: string,
  history: WrittenStep[],
  right: Expectations,
  wrong: Expectations,
][] = [
  ['points', award, [opened], { points: { asha: 5 } }, { points: { asha: 6 } }],
  ['no points', award, [opened, { 'issues.closed': null }], { points: {} }, { points: { asha: 5 } }],
  ['points of none', award, [{ 'pull_request.opened': null }], { points: { asha: 0 } }, { points: { asha: 1 } }],
  [
    'a ticket by its address',
    onIssues('{ list_ticket: }'),
    [opened],
    { tickets: ['codertocat/hello-world#7'] },
    { tickets: ['Codertocat/Hello-World#8'] },
  ],
  [
    'a ticket by what matters of it',
    onIssues('{ list_ticket: { points: 20 } }'),
    [opened, { 'issues.assigned': set({ 'issue.assignees': ['ravi'] }) }],
    { tickets: [{ number: 7, points: 20, status: 'assigned', assignees: ['ravi'], title: 'Export' }] },
    { tickets: [{ number: 7, points: 20, status: 'open' }] },
  ],
  [
    'no ticket',
    onIssues('{ list_ticket: }'),
    [{ 'issues.deleted': null }],
    { tickets: [] },
    { tickets: [{ number: 1 }] },
  ],
  [
    'two tickets in any order, of which one fits two',
    onIssues('{ list_ticket: { points: 20 } }'),
    [opened, { 'issues.opened': set({ 'issue.number': 8 }) }],
    { tickets: [{ points: 20 }, { number: 7 }] },
    { tickets: [{ number: 7 }, { number: 7 }] },
  ],
  [
    'badges',
    onIssues('{ grant_badge: { to: { fact: issue.author }, badge: Star } }'),
    [opened],
    { badges: { asha: ['Star'] } },
    { badges: {} },
  ],
  [
    'comments, as they read',
    onIssues('{ comment: { body: "Hello @asha:\\n{{ issue.title }}" } }'),
    [{ 'issues.opened': set({ 'issue.title': '<b> & *x* @ravi #1' }) }],
    { comments: ['Hello @asha:\n<b> & *x* @ravi #1\n'] },
    { comments: ['Hello'] },
  ],
  [
    'comments on two issues',
    onIssues('{ comment: { body: Hello } }'),
    [opened, { 'issues.opened': set({ 'issue.number': 8 }) }],
    { comments: ['Hello', 'Hello'] },
    { comments: ['Hello'] },
  ],
  [
    'labels, each once',
    onIssues('{ add_labels: { labels: [one, two] } }'),
    [opened, { 'issues.opened': set({ 'issue.number': 8 }) }],
    { labels: ['two', 'one'] },
    { labels: ['one'] },
  ],
  [
    'checks',
    `
  it:
    on: pull_request
    while: { pull_request.state: open }
    then: [{ set_check: { name: Ticket, conclusion: failure } }]`,
    [{ 'pull_request.opened': null }],
    { checks: { Ticket: 'failure' } },
    { checks: { Ticket: 'success' } },
  ],
  [
    'notifications',
    `
  it:
    on: issues.labeled
    when: { label.name: C4GT }
    then: [{ notify_discord: { channel: tickets, message: "New: {{ issue.title }}" } }]`,
    [
      { 'issues.labeled': set({ 'label.name': 'C4GT', 'issue.title': 'Export (CSV) *now*' }) },
      { 'issues.unlabeled': null },
    ],
    { notifications: ['New: Export (CSV) *now*'] },
    { notifications: [] },
  ],
  [
    'all effects in words',
    onIssues('{ award_points: { to: { fact: issue.author }, points: 5 } }, { add_labels: { labels: [one] } }'),
    [opened],
    { effects: ['adds the label “one”', 'awards 5 points to asha'] },
    { effects: ['awards 5 points to asha'] },
  ],
  [
    'what is parked',
    onIssues('{ award_points: { to: { fact: issue.author }, points: 5 } }', 'limits: { per_hour: 1 }'),
    [opened, { 'issues.opened': set({ 'issue.number': 8, 'issue.author': 'ravi' }) }],
    { parked: ['awards 5 points to ravi'], points: { asha: 5 } },
    { parked: [] },
  ],
  [
    'what a shadow would have made stand',
    onIssues('{ award_points: { to: { fact: issue.author }, points: 5 } }', 'mode: shadow'),
    [opened, { 'issues.edited': null }],
    { shadow: { it: ['awards 5 points to asha'] }, points: {}, effects: [] },
    { shadow: {} },
  ],
  [
    'nothing that a shadow would have withdrawn again',
    onIssues('{ award_points: { to: { fact: issue.author }, points: 5 } }', 'mode: shadow'),
    [opened, { 'issues.closed': null }],
    { shadow: {} },
    { shadow: { it: ['awards 5 points to asha'] } },
  ],
  [
    'what has happened in shadow, each time',
    `
  it:
    on: issues.labeled
    mode: shadow
    when: { issue.state: open }
    then: [{ comment: { body: Hello } }]`,
    [{ 'issues.labeled': null }, { 'issues.labeled': null }, { 'issues.closed': null }],
    { shadow: { 'demo/it': ['comments “Hello”', 'comments “Hello”'] }, comments: [] },
    { shadow: { 'demo/it': ['comments “Hello”'] } },
  ],
];

describe('a test', () => {
  for (const [what, rules, history, right, wrong] of cases)
    it(`expects ${what}, exactly`, async () => {
      expect(await differences(rules, { history, expect: right })).to.deep.equal([]);
      expect(await differences(rules, { history, expect: wrong })).not.to.deep.equal([]);
    });

  it('looks at nothing that is not stated', async () => {
    expect(await differences(award, { history: [opened], expect: { tickets: [] } })).to.deep.equal([]);
  });

  const failing = `version: 1
program: demo
tables: { points: { Low: 10 } }
rules:
  it:
    on: issues
    while: { issue.state: open }
    then: [{ award_points: { to: { fact: issue.author }, points: { table: points, key: { fact: issue.title } } } }]
`;

  it('fails for a rule that fails, unless that is expected', async () => {
    const test = { history: [opened], expect: { points: {} } };
    expect(await differences(failing, test)).to.deep.equal(['errors + demo/it']);
    expect(await differences(failing, { ...test, expect: { errors: ['it'] } })).to.deep.equal([]);
    expect(await differences(award, { ...test, expect: { errors: ['it'] } })).to.deep.equal(['errors - demo/it']);
  });

  it('forgives a rule that fails no longer at the end', async () => {
    const mended = { 'issues.edited': set({ 'issue.title': 'Low' }) };
    const test = { history: [opened, mended], expect: { points: { asha: 10 } } };
    expect(await differences(failing, test)).to.deep.equal([]);
  });

  it('has lookups state what nobody told of', async () => {
    const rules = `
  it:
    on: pull_request
    while:
      all: [{ pull_request.merged: true }, { pull_request.ticket.complexity: High }, { pull_request.approved_by: { contains: ravi } }]
    then: [{ award_points: { to: { fact: pull_request.approved_by }, points: 5 } }]`;
    const lookups = { 'pull_request.ticket.complexity': 'High', 'pull_request.approved_by': ['ravi', 'meera'] };
    const expected = { points: { ravi: 5, meera: 5 } };
    expect(await differences(rules, { history: [merged], lookups, expect: expected })).to.deep.equal([]);
    expect(await differences(rules, { history: [merged], expect: expected })).not.to.deep.equal([]);
  });

  it('has lookups state what only GitHub knows: files of a pull request, and what the sender may do', async () => {
    const rules = `
  files:
    on: pull_request
    while: { pull_request.files: { contains: docs/guide.md } }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 5 } }]
  labelled:
    on: issues.labeled
    when: { sender.permission: [maintain, admin] }
    then: [{ award_points: { to: { fact: sender }, points: 2 } }]`;
    const step = { 'issues.labeled': set({ sender: 'devi', 'label.name': 'bug' }) };
    const lookups = { 'pull_request.files': ['docs/guide.md'], 'sender.permission': 'admin' };
    const history = [merged, step];
    expect(await differences(rules, { history: [step], lookups, expect: { points: { devi: 2 } } })).to.deep.equal([]);
    expect(await differences(rules, { history: [step], expect: { points: {} } })).to.deep.equal([]);
    const files = { 'pull_request.files': ['src/index.ts'], 'sender.permission': 'admin' };
    expect(await differences(rules, { history, lookups: files, expect: { points: { devi: 2 } } })).to.deep.equal([]);
  });

  it('knows of a sender what the history told of them as a contributor', async () => {
    const rules = `
  welcome:
    on: issues.opened
    when: { contributor.points: 0 }
    then: [{ award_points: { to: { fact: contributor }, points: 2 } }]`;
    const opens = { 'issues.opened': set({ sender: 'asha' }) };
    const known = { contributor: set({ contributor: 'asha', 'contributor.points': 8 }) };
    expect(await differences(rules, { history: [opens], expect: { points: { asha: 2 } } })).to.deep.equal([]);
    expect(await differences(rules, { history: [known, opens], expect: { points: { asha: 8 } } })).to.deep.equal([]);
  });

  it('finds the ticket that a pull request closes, where the history told of it', async () => {
    const rules = `
  it:
    on: pull_request
    while: { all: [{ pull_request.merged: true }, { pull_request.ticket.complexity: High }] }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 5 } }]`;
    const ticket = { 'issues.opened': set({ 'issue.number': 7, 'ticket.complexity': 'High' }) };
    const work = { 'pull_request.opened': set({ 'pull_request.body': 'Fixes #7', 'pull_request.number': 9 }) };
    for (const history of [
      [ticket, work, merged],
      [work, merged, ticket],
    ])
      expect(await differences(rules, { history, expect: { points: { asha: 5 } } })).to.deep.equal([]);
    const withdrawn = [ticket, work, merged, { 'issues.edited': set({ 'ticket.complexity': 'Low' }) }];
    expect(await differences(rules, { history: withdrawn, expect: { points: {} } })).to.deep.equal([]);
  });

  it('says where a thing differs, line by line', async () => {
    const history = [opened, { 'issues.opened': set({ 'issue.number': 8, 'issue.author': 'ravi' }) }];
    expect(
      await differences(award, {
        history,
        expect: { points: { ravi: 5, asha: 6, meera: 1 }, tickets: [{ number: 3 }] },
      }),
    ).to.deep.equal(['points - asha: 6', 'points + asha: 5', 'points - meera: 1', 'points   ravi: 5', 'tickets - #3']);
    const listing = onIssues('{ list_ticket: { points: 20 } }');
    expect(
      await differences(listing, { history, expect: { tickets: [{ number: 8, points: 30 }, { number: 7 }] } }),
    ).to.deep.equal(['tickets   #7, points: 20', 'tickets - #8, points: 30', 'tickets + #8, points: 20']);
  });

  it('is played by itself: nothing is left of the test before', async () => {
    const test = { history: [opened], expect: { points: { asha: 5 } } };
    const { results } = await tested(award, [test, test]);
    expect(results.map(({ failure }) => failure)).to.deep.equal([null, null]);
  });
});
