// What issues and the comments on them tell.
import { expect } from 'chai';
import { CODERTOCAT, read } from './examples.ts';

const ISSUE = { kind: 'issue', repositoryId: 186853002, number: 1 };

describe('issues', () => {
  it('offer the event, the sender, the repository, the issue and its ticket', () => {
    const body = '### Product Name\n\nDIGIT\n\n### Mentor(s)\n\n@asha';
    const { action, facts } = read('issues.labeled', {
      'issue.body': body,
      'issue.state_reason': null,
      'issue.type': { name: 'Bug' },
    });
    expect(action).to.equal('labeled');
    expect(facts).to.deep.include({
      'event.name': 'issues',
      'event.action': 'labeled',
      sender: CODERTOCAT,
      'sender.login': 'Codertocat',
      'sender.id': 21031067,
      'sender.type': 'User',
      'label.name': 'bug',
      'repository.full_name': 'Codertocat/Hello-World',
      'repository.owner': 'Codertocat',
      'issue.number': 1,
      'issue.labels': ['bug'],
      'issue.author.login': 'Codertocat',
      'issue.created_at': '2019-05-15T15:20:18Z',
      'issue.closed_at': null,
      'issue.state_reason': null,
      'issue.type': 'Bug',
      'ticket.product': 'DIGIT',
      'ticket.mentors': ['asha'],
      'ticket.missing_fields': ['Complexity', 'Category', 'Tech Skills Needed'],
    });
  });

  it('keep what is unknown apart from what is empty', () => {
    const { facts } = read('issues.opened', { 'issue.state': undefined, 'issue.user': null, 'issue.body': null });
    expect(facts).not.to.have.any.keys('issue.state', 'label.name', 'assignee', 'issue.type');
    expect(facts).to.include({ 'issue.author': null, 'issue.author.login': null, 'issue.body': null });
    expect(facts).to.include({ 'issue.author.id': null, 'issue.author.type': null, 'ticket.product': null });
  });

  it('show the state of the issue, in UTC, with the numbers of its labels', () => {
    const { observation } = read('issues.opened', { 'issue.updated_at': '2019-05-15T17:20:18.123+02:00' });
    expect(observation?.subject).to.deep.equal(ISSUE);
    expect(observation?.gone).to.equal(undefined);
    expect(observation?.snapshot).to.include({ shape: 'issues', at: '2019-05-15T15:20:18Z', rank: 0 });
    expect(observation?.snapshot?.labels).to.deep.equal([{ id: 1362934389, name: 'bug' }]);
    expect(observation?.snapshot?.facts).to.include({ 'issue.state': 'open', 'repository.name': 'Hello-World' });
    expect(observation?.snapshot?.facts).not.to.have.any.keys('event.action', 'sender', 'ticket.product');
  });

  const changes: readonly (readonly [
    name: string,
    changes: Record<string, unknown>,
    rank: number,
    deltas: unknown[],
  ])[] = [
    ['issues.labeled', {}, 1, [{ fact: 'issue.labels', added: ['bug'] }]],
    ['issues.unlabeled', {}, 1, [{ fact: 'issue.labels', removed: ['bug'] }]],
    ['issues.unlabeled', { label: undefined }, 1, []],
    ['issues.assigned', {}, 1, [{ fact: 'issue.assignees', added: [CODERTOCAT] }]],
    ['issues.unassigned', {}, 1, [{ fact: 'issue.assignees', removed: [CODERTOCAT] }]],
    ['issues.opened', { action: 'closed', 'issue.state': 'closed' }, 3, [{ fact: 'issue.state', set: 'closed' }]],
    ['issues.reopened', {}, 4, [{ fact: 'issue.state', set: 'open' }]],
    [
      'issues.edited',
      { changes: { title: { from: 'x' } }, 'issue.title': 'New' },
      1,
      [{ fact: 'issue.title', set: 'New' }],
    ],
    ['issues.edited', { changes: { body: {} }, 'issue.body': null }, 1, [{ fact: 'issue.body', set: null }]],
    ['issues.edited', { changes: {} }, 1, []],
    ['issues.opened', {}, 0, []],
    ['issues.deleted', {}, 9, []],
    ['issues.transferred', {}, 9, []],
  ];
  for (const [name, set, rank, deltas] of changes) {
    it(`tell what ${name} changed, with ${JSON.stringify(set)}`, () => {
      const snapshot = read(name, set).observation?.snapshot;
      expect(snapshot?.rank).to.equal(rank);
      expect(snapshot?.deltas).to.deep.equal(deltas);
    });
  }

  for (const action of ['deleted', 'transferred']) {
    it(`are gone once ${action}`, () => {
      const { observation } = read(`issues.${action}`);
      expect(observation?.gone).to.equal(true);
      expect(observation?.subject).to.include({ kind: 'issue' });
    });
  }

  it('that are pull requests tell nothing of an issue', () => {
    const { facts, observation } = read('issues.opened', { 'issue.pull_request': {} });
    expect(observation).to.equal(undefined);
    expect(facts).to.include({ 'issue.is_pull_request': true }).and.not.have.any.keys('ticket.product');
  });
});

describe('issue comments', () => {
  for (const action of ['created', 'edited', 'deleted']) {
    it(`show the issue as it is when ${action}`, () => {
      const { facts, observation } = read(`issue_comment.${action}`);
      expect(facts).to.include({ 'comment.author.login': 'Codertocat', 'issue.is_pull_request': false });
      expect(facts).to.include.keys('ticket.missing_fields');
      expect(observation?.snapshot).to.include({ shape: 'issue_comment', rank: 1 });
      expect(observation).to.include.keys('subject').and.not.have.any.keys('gone');
    });
  }

  it('on a pull request tell nothing of an issue', () => {
    const { facts, observation } = read('issue_comment.created', { 'issue.pull_request': { url: 'x' } });
    expect(facts).to.include({ 'issue.is_pull_request': true });
    expect(facts).not.to.have.any.keys('ticket.product');
    expect(observation).to.equal(undefined);
  });
});
