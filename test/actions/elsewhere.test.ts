// Actions that are carried out on GitHub and Discord: what each comes to, when that is still the same, and how it is told.
import { expect } from 'chai';
import type { Action, Outcome, Resolved } from '../../src/actions/action.ts';
import { actions } from '../../src/actions/registry.ts';
import type { Facts } from '../../src/facts/fact.ts';
import type { Json, StoredEffect } from '../../src/store/store.ts';

const asha = { id: 1, login: 'asha', type: 'User' };
const ravi = { id: 2, login: 'ravi' };

interface Case {
  readonly note: string;
  readonly action: keyof typeof actions;
  readonly params: Resolved;
  readonly facts?: Facts;
  readonly outcomes: readonly Outcome[];
  /** Of the first outcome. */
  readonly summary?: string;
  /** What is no other effect than the first outcome, and what is. */
  readonly same?: Json;
  readonly other?: Json;
}

const check = { name: 'Ticket', sha: 'c0ffee', conclusion: 'action_required', title: 'Ticket', summary: '' };

const cases: readonly Case[] = [
  {
    note: 'one comment',
    action: 'comment',
    params: { body: 'Please add: Complexity.' },
    outcomes: [{ target: '', params: { body: 'Please add: Complexity.' } }],
    summary: 'comments “Please add: Complexity.”',
    same: { body: 'Please add: Complexity.' },
    other: { body: 'Please add: Category.' },
  },
  { note: 'no comment that says nothing', action: 'comment', params: { body: '' }, outcomes: [] },
  {
    note: 'one effect for each label',
    action: 'add_labels',
    params: { labels: ['Good First Issue', 'bug'] },
    outcomes: [
      { target: 'good first issue', params: { label: 'Good First Issue' } },
      { target: 'bug', params: { label: 'bug' } },
    ],
    summary: 'adds the label “Good First Issue”',
    same: { label: 'good first issue' },
    other: { label: 'good first issues' },
  },
  {
    note: 'each label off',
    action: 'remove_labels',
    params: { labels: ['Needs Triage'] },
    outcomes: [{ target: 'needs triage', params: { label: 'Needs Triage' } }],
    summary: 'removes the label “Needs Triage”',
    same: { label: 'NEEDS TRIAGE' },
    other: { label: 'triage' },
  },
  {
    note: 'one effect for each person',
    action: 'assign',
    params: { to: [asha, ravi] },
    outcomes: [
      { target: '1', params: { user: { id: 1, login: 'asha' } } },
      { target: '2', params: { user: ravi } },
    ],
    summary: 'assigns asha',
    same: { user: { id: 1, login: 'asha-2' } },
    other: { user: ravi },
  },
  {
    note: 'a request to everybody but the author',
    action: 'request_review',
    params: { to: [asha, ravi] },
    facts: { 'pull_request.author.id': 1 },
    outcomes: [{ target: '2', params: { user: ravi } }],
    summary: 'asks ravi for a review',
    same: { user: { id: 2, login: 'ravi-2' } },
    other: { user: { id: 1, login: 'asha' } },
  },
  {
    note: 'an issue closed for a reason',
    action: 'close',
    params: { reason: 'not_planned' },
    facts: { 'issue.number': 7 },
    outcomes: [{ target: '', params: { reason: 'not_planned' } }],
    summary: 'closes it as not planned',
    same: { reason: 'not_planned' },
    other: { reason: null },
  },
  {
    note: 'a pull request closed for none',
    action: 'close',
    params: { reason: 'completed' },
    facts: { 'pull_request.number': 7 },
    outcomes: [{ target: '', params: { reason: null } }],
    summary: 'closes it',
  },
  {
    note: 'it opened again',
    action: 'reopen',
    params: {},
    outcomes: [{ target: '', params: {} }],
    summary: 'opens it again',
    same: {},
  },
  {
    note: 'a reaction to the comment that was written',
    action: 'react',
    params: { content: 'heart' },
    facts: { 'comment.id': 99 },
    outcomes: [{ target: 'heart', params: { content: 'heart', comment: 99 } }],
    summary: 'reacts with heart to the comment',
    same: { comment: 99, content: 'heart' },
    other: { comment: null, content: 'heart' },
  },
  {
    note: 'a reaction to the subject where there is no comment',
    action: 'react',
    params: { content: '+1' },
    outcomes: [{ target: '+1', params: { content: '+1', comment: null } }],
    summary: 'reacts with +1',
    other: { content: '-1', comment: null },
  },
  {
    note: 'a check on the newest commit, whose words are left to the engine',
    action: 'set_check',
    params: { name: 'Ticket', conclusion: 'action_required' },
    facts: { 'pull_request.head.sha': 'c0ffee' },
    outcomes: [{ target: 'Ticket', params: { ...check, title: '' } }],
    summary: 'sets the check “Ticket” to action required',
    same: { ...check, title: '' },
    other: { ...check, title: '', sha: 'decade' },
  },
  {
    note: 'a check with details, and its name for a headline',
    action: 'set_check',
    params: { name: 'Ticket', conclusion: 'action_required', summary: 'Name one.' },
    facts: { 'pull_request.head.sha': 'c0ffee' },
    outcomes: [{ target: 'Ticket', params: { ...check, summary: 'Name one.' } }],
    summary: 'sets the check “Ticket” to action required',
  },
  {
    note: 'a check with a headline and details',
    action: 'set_check',
    params: { name: 'Ticket', conclusion: 'failure', title: 'No ticket', summary: 'Name one.' },
    facts: { 'pull_request.head.sha': 'c0ffee' },
    outcomes: [
      { target: 'Ticket', params: { ...check, conclusion: 'failure', title: 'No ticket', summary: 'Name one.' } },
    ],
    summary: 'sets the check “Ticket” to failure: “No ticket”',
    other: { ...check, conclusion: 'failure', title: 'No ticket', summary: 'Name two.' },
  },
  {
    note: 'no check without a commit',
    action: 'set_check',
    params: { name: 'Ticket', conclusion: 'success' },
    outcomes: [],
  },
  {
    note: 'a message in each channel',
    action: 'notify_discord',
    params: { channel: 'tickets', message: 'New ticket:  Export\nthe report' },
    outcomes: [{ target: 'tickets', params: { channel: 'tickets', message: 'New ticket:  Export\nthe report' } }],
    summary: 'tells #tickets “New ticket: Export the report”',
    same: { message: 'New ticket:  Export\nthe report', channel: 'tickets' },
    other: { message: 'New ticket', channel: 'tickets' },
  },
  {
    note: 'no message that says nothing',
    action: 'notify_discord',
    params: { channel: 'a', message: '' },
    outcomes: [],
  },
];

describe('actions carried out elsewhere', () => {
  for (const { note, action: name, params, facts = {}, outcomes, summary, same, other } of cases) {
    it(`${name} comes to ${note}`, () => {
      const action: Action = actions[name];
      const made = action.outcomes(params, facts);
      expect(made).to.deep.equal(outcomes);
      const first = made[0]?.params ?? null;
      if (summary !== undefined) expect(action.summary(first)).to.equal(summary);
      if (same !== undefined) expect(action.isSame(first, same)).to.equal(true);
      if (other !== undefined) expect(action.isSame(first, other)).to.equal(false);
    });
  }

  it('have no lines in our database: their effects say what should be there', () => {
    for (const name of new Set(cases.map(({ action }) => action))) {
      const action: Action = actions[name];
      const effect: StoredEffect = { key: 'k', rule: 'r', action: name, params: {}, state: 'standing' };
      expect([action.stand(effect), action.replace(effect, effect), action.withdraw(effect, 'why')]).to.deep.equal([
        ...[{}, {}, {}],
      ]);
    }
  });

  it('are told in no more than a sentence holds', () => {
    const long = actions.comment.summary({ body: `Please add @\u200basha: ${'Complexity, '.repeat(20)}` });
    expect(long).to.equal('comments “Please add @asha: Complexity, Complexity, Complexity, Compl…”');
  });
});
