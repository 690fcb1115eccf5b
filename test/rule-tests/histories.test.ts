// Histories become real payloads: what a step leaves out follows from the step before, from its action, and from GitHub.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { example } from '../../src/commands/examples.ts';
import { testPayloads } from '../../src/commands/test-payloads.ts';
import { ruleSetOf } from '../../src/engine/rule-set.ts';
import type { Facts } from '../../src/facts/fact.ts';
import { prepareTests } from '../../src/rule-tests/run-tests.ts';
import { temporaryDirectory } from '../support/server.ts';
import { factsOf, loadTests, prepared, problemsOf, said, type WrittenStep } from './testing.ts';

const last = (...history: WrittenStep[]): Facts => factsOf(history).at(-1) ?? {};
const set = (facts: object) => ({ set: facts });

describe('a history', () => {
  it('begins with a bare issue or pull request that is like any other', () => {
    expect(last({ 'issues.opened': null })).to.include({
      'event.name': 'issues',
      'event.action': 'opened',
      'repository.full_name': 'Codertocat/Hello-World',
      'issue.number': 1,
      'issue.state': 'open',
      'issue.author.login': 'Codertocat',
      'issue.milestone': null,
    });
    expect(last({ 'pull_request.labeled': null })['pull_request.labels']).to.deep.equal([]);
    for (const step of ['issues.milestoned', 'issues.pinned', 'issues.transferred'])
      expect(last({ [step]: null }), step).to.include({ 'issue.number': 1, 'issue.is_pull_request': false });
  });

  it('begins with what `like` names, as it is', () => {
    const { payload } = example('pull_request.labeled');
    const facts = last({ 'pull_request.closed': { like: 'pull_request.labeled' } });
    expect(facts['pull_request.labels']).to.deep.equal(['bug']);
    expect(facts).to.include({ 'event.action': 'closed', 'pull_request.state': 'closed' });
    expect(payload['action']).to.equal('labeled');
    expect(last({ 'issues.opened': { like: 'issues.opened/3' } })).to.include({ 'organization.login': 'Octocoders' });
  });

  it('goes on with the subject as the step before left it', () => {
    const facts = last(
      { 'issues.opened': set({ 'issue.title': 'Export', 'issue.labels': ['one'], 'issue.author': 'asha' }) },
      { issue_comment: set({ 'comment.author': 'ravi' }) },
      { 'issues.assigned': set({ 'issue.assignees': ['ravi'] }) },
    );
    expect(facts).to.include({ 'issue.title': 'Export', 'issue.author.login': 'asha', 'issue.number': 1 });
    expect(facts['issue.labels']).to.deep.equal(['one']);
  });

  it('goes on with a pull request of which a review shows only a part', () => {
    const facts = factsOf([
      { 'pull_request.opened': set({ 'pull_request.additions': 120, 'pull_request.author': 'asha' }) },
      { 'pull_request_review.submitted': set({ 'review.author': 'ravi', 'review.state': 'approved' }) },
      { 'pull_request.closed': set({ 'pull_request.merged': true }) },
      { 'pull_request_review.submitted': null },
    ]);
    expect(facts[1]).to.include({ 'pull_request.author.login': 'asha', 'review.author.login': 'ravi' });
    expect(facts[1]).not.to.have.property('pull_request.additions');
    expect(facts[2]).to.include({ 'pull_request.additions': 120, 'pull_request.merged': true });
    expect(facts[3]).to.include({ 'pull_request.merged': true, 'pull_request.state': 'closed' });
  });

  it('tells of another subject by its number, and of the first one again', () => {
    const history = [
      { 'issues.opened': set({ 'issue.number': 7, 'issue.title': 'Seven' }) },
      { 'issues.opened': set({ 'issue.number': 8, 'issue.title': 'Eight' }) },
      { 'issues.closed': set({ 'issue.number': 7 }) },
      { 'issues.reopened': null },
    ];
    const facts = factsOf(history);
    expect(facts.map((each) => each['issue.title'])).to.deep.equal(['Seven', 'Eight', 'Seven', 'Seven']);
    expect(facts[3]).to.include({ 'issue.html_url': 'https://github.com/Codertocat/Hello-World/issues/7' });
  });

  it('numbers issues and pull requests together', () => {
    const facts = factsOf([
      { 'issues.opened': set({ 'issue.number': 2 }) },
      { 'pull_request.opened': null },
      { 'issue_comment.created': set({ 'issue.number': 3, 'issue.is_pull_request': true }) },
      { 'pull_request.closed': null },
    ]);
    expect(facts.map((each) => each['pull_request.number'])).to.deep.equal([undefined, 3, undefined, 3]);
    expect(
      problemsOf([{ 'pull_request.opened': null }, { 'issues.opened': set({ 'issue.number': 2 }) }]),
    ).to.deep.equal(['bad-payload: this is no payload of issues: #2 is a pull request already']);
  });

  it('happens in one repository, and in another once that is named', () => {
    const facts = factsOf([
      { 'issues.opened': set({ 'repository.full_name': 'Sunbird/core', 'issue.title': 'Here' }) },
      { 'pull_request.opened': null },
      { 'issues.opened': set({ 'repository.full_name': 'digit/app', 'issue.title': 'There' }) },
      { 'issues.closed': set({ 'repository.full_name': 'sunbird/core' }) },
      { 'repository.privatized': null },
    ]);
    expect(facts[1]).to.include({ 'repository.full_name': 'Sunbird/core', 'repository.owner': 'Sunbird' });
    expect(facts[2]?.['repository.id']).not.to.equal(facts[0]?.['repository.id']);
    expect(facts[3]).to.include({ 'issue.title': 'Here', 'repository.id': facts[0]?.['repository.id'] ?? 0 });
    expect(facts[4]).to.include({ 'repository.private': true, 'repository.id': facts[0]?.['repository.id'] ?? 0 });
    expect(last({ 'pull_request.opened': set({ 'repository.full_name': 'a/b' }) })).to.include({
      'pull_request.html_url': 'https://github.com/a/b/pull/2',
    });
  });

  it('renames a repository where that is what happens', () => {
    const facts = factsOf([
      { 'issues.opened': null },
      { 'repository.renamed': set({ 'repository.full_name': 'Codertocat/Other' }) },
      { 'issues.closed': null },
    ]);
    expect(new Set(facts.map((each) => each['repository.id'])).size).to.equal(1);
    expect(facts[2]).to.include({ 'repository.name': 'Other', 'issue.number': 1 });
  });

  it('moves on by a minute each step, unless a step says when; what comes late is decided on when it comes', () => {
    const { steps } = prepared([
      { 'issues.opened': null },
      { 'issues.edited': null },
      { 'issues.closed': { at: '2026-02-01T00:00:00Z' } },
      { 'issues.labeled': { at: '2026-01-15T00:00:00Z' } },
      { 'schedule.daily': null },
    ]);
    const times = steps.map(({ now }) => new Date(now).toISOString());
    expect(times).to.deep.equal([
      '2026-01-01T09:00:00.000Z',
      '2026-01-01T09:01:00.000Z',
      '2026-02-01T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z',
      '2026-02-02T00:00:00.000Z',
    ]);
    const seen = steps.flatMap((step) => (step.kind === 'delivery' ? [step.told.facts['issue.updated_at']] : []));
    expect(seen).to.deep.equal([
      '2026-01-01T09:00:00Z',
      '2026-01-01T09:01:00Z',
      '2026-02-01T00:00:00Z',
      '2026-01-15T00:00:00Z',
    ]);
  });

  const implied: readonly [what: string, history: WrittenStep[], facts: object][] = [
    [
      'closed',
      [{ 'issues.closed': null }],
      { 'issue.state': 'closed', 'issue.closed_at': '2026-01-01T09:00:00Z', 'issue.state_reason': 'completed' },
    ],
    [
      'closed as not planned',
      [{ 'issues.closed': set({ 'issue.state_reason': 'not_planned' }) }],
      { 'issue.state_reason': 'not_planned' },
    ],
    [
      'reopened',
      [{ 'issues.closed': null }, { 'issues.reopened': null }],
      { 'issue.state': 'open', 'issue.closed_at': null, 'issue.state_reason': 'reopened' },
    ],
    [
      'opened by its author',
      [{ 'issues.opened': set({ 'issue.author': 'asha' }) }],
      { 'sender.login': 'asha', 'issue.created_at': '2026-01-01T09:00:00Z' },
    ],
    [
      'opened by a bot for somebody',
      [{ 'issues.opened': set({ 'issue.author': 'asha', sender: 'github-actions[bot]' }) }],
      { 'sender.login': 'github-actions[bot]', 'sender.type': 'Bot', 'issue.author.type': 'User' },
    ],
    [
      'commented by whoever wrote the comment',
      [{ 'issue_comment.created': set({ 'comment.author': 'asha' }) }],
      { 'sender.login': 'asha', 'comment.created_at': '2026-01-01T09:00:00Z' },
    ],
    [
      'closed without a merge',
      [{ 'pull_request.closed': null }],
      { 'pull_request.merged': false, 'pull_request.merged_at': null, 'pull_request.merged_by': null },
    ],
    [
      'merged',
      [{ 'pull_request.closed': set({ 'pull_request.merged': true, 'pull_request.merged_by': 'devi' }) }],
      {
        'pull_request.state': 'closed',
        'pull_request.merged_at': '2026-01-01T09:00:00Z',
        'pull_request.merged_by.login': 'devi',
        'sender.login': 'devi',
      },
    ],
    [
      'merged by whoever sent it',
      [{ 'pull_request.closed': set({ 'pull_request.merged': true, sender: 'devi' }) }],
      { 'pull_request.merged_by.login': 'devi' },
    ],
    [
      'merged before anything is heard of it',
      [{ 'pull_request.labeled': set({ 'pull_request.merged': true }) }],
      { 'pull_request.state': 'closed', 'pull_request.merged_at': '2026-01-01T09:00:00Z' },
    ],
    [
      'merged, as a review shows it',
      [{ 'pull_request_review.submitted': set({ 'pull_request.merged': true }) }],
      { 'pull_request.merged': true, 'pull_request.state': 'closed' },
    ],
    ['made a draft', [{ 'pull_request.converted_to_draft': null }], { 'pull_request.draft': true }],
    ['made ready', [{ 'pull_request.ready_for_review': null }], { 'pull_request.draft': false }],
    ['locked', [{ 'issues.locked': null }], { 'issue.locked': true }],
    ['archived', [{ 'repository.archived': null }], { 'repository.archived': true }],
    ['dismissed', [{ 'pull_request_review.dismissed': null }], { 'review.state': 'dismissed' }],
  ];
  for (const [what, history, facts] of implied)
    it(`implies what GitHub implies of one that is ${what}`, () => expect(last(...history)).to.include(facts));

  it('finds the label in the list, or the list by the label, and guesses neither', () => {
    const labels = (facts: Facts) => [facts['label.name'], facts['issue.labels']];
    const opened = { 'issues.opened': set({ 'issue.labels': ['bug', 'C4GT'] }) };
    expect(labels(last(opened, { 'issues.labeled': set({ 'label.name': 'docs' }) }))).to.deep.equal([
      'docs',
      ['bug', 'C4GT', 'docs'],
    ]);
    expect(labels(last(opened, { 'issues.unlabeled': set({ 'label.name': 'bug' }) }))).to.deep.equal(['bug', ['C4GT']]);
    expect(labels(last(opened, { 'issues.unlabeled': set({ 'issue.labels': ['bug'] }) }))).to.deep.equal([
      'C4GT',
      ['bug'],
    ]);
    expect(labels(last(opened, { 'issues.labeled': null }))[1]).to.deep.equal(['bug', 'C4GT']);
    expect(labels(last(opened, { 'issues.edited': set({ 'label.name': 'docs' }) }))).to.deep.equal([
      'docs',
      ['bug', 'C4GT'],
    ]);
  });

  it('finds the assignee in the list, or the list by the assignee', () => {
    const assigned = last({ 'issues.assigned': set({ assignee: 'asha' }) });
    expect(assigned['issue.assignees']).to.have.length(1);
    expect(assigned).to.include({ 'assignee.login': 'asha' });
    expect(last({ 'issues.assigned': set({ 'issue.assignees': ['ravi'] }) })).to.include({ 'assignee.login': 'ravi' });
  });

  it('has the same number for the same account and the same label, wherever they come', () => {
    const [first, second] = factsOf([
      { 'issues.labeled': set({ 'issue.author': 'asha', 'label.name': 'Help' }) },
      {
        'pull_request.labeled': set({ 'pull_request.author': 'Asha', sender: 'octocat', 'label.name': 'help' }),
      },
    ]);
    expect(first?.['issue.author.id']).to.equal(second?.['pull_request.author.id']);
    expect(first?.['label.id']).to.equal(second?.['label.id']);
    expect(last({ 'issues.opened': set({ 'issue.author': 'codertocat' }) })['issue.author.id']).to.equal(21031067);
    const { lookups } = prepared([{ 'pull_request.opened': null }], { 'pull_request.ticket.author': 'asha' });
    expect(lookups['pull_request.ticket.author.id']).to.equal(first?.['issue.author.id']);
  });

  it('has bots, ghosts, and parts of accounts', () => {
    expect(last({ 'pull_request.opened': set({ 'pull_request.author': 'dependabot[bot]' }) })).to.include({
      'pull_request.author.type': 'Bot',
    });
    expect(last({ 'issues.opened': set({ 'issue.author': null }) })).to.include({ 'issue.author': null });
    expect(
      last({ 'issues.opened': set({ 'issue.author.type': 'Mannequin', 'issue.author.login': 'old-asha' }) }),
    ).to.include({ 'issue.author.login': 'old-asha', 'issue.author.type': 'Mannequin' });
  });

  it('tells one comment or review from the next, and comes back to one that was named', () => {
    const facts = factsOf([
      { 'pull_request_review.submitted': set({ 'review.author': 'ravi', 'review.state': 'approved' }) },
      { 'pull_request_review.submitted': set({ 'review.author': 'meera', 'review.state': 'changes_requested' }) },
      { 'pull_request_review.dismissed': set({ 'review.author': 'ravi' }) },
      { 'issue_comment.created': set({ 'comment.body': 'Mine!' }) },
      { 'issue_comment.edited': set({ 'comment.body': 'Yours!' }) },
    ]);
    expect(facts[0]?.['review.id']).not.to.equal(facts[1]?.['review.id']);
    expect(facts[2]).to.include({ 'review.id': facts[0]?.['review.id'] ?? 0, 'review.state': 'dismissed' });
    expect(facts[4]).to.include({ 'comment.id': facts[3]?.['comment.id'] ?? 0, 'comment.body': 'Yours!' });
  });

  it('writes ticket facts into the form, and leaves the rest of it as it was', () => {
    const body = '### Goals\n\n```\n### Category\n```\n\nMake it work.\n\n### Complexity\n\nLow\n';
    const facts = factsOf([
      { 'issues.opened': set({ 'issue.body': body, 'ticket.category': ['API', 'CI/CD'] }) },
      { 'issues.edited': set({ 'ticket.complexity': 'High', 'ticket.mentors': ['asha', 'Ravi Rao'] }) },
      { 'issues.edited': set({ 'ticket.complexity': null }) },
    ]);
    expect(facts[0]).to.include({ 'ticket.complexity': 'Low' });
    expect(facts[0]?.['ticket.category']).to.deep.equal(['API', 'CI/CD']);
    expect(facts[1]).to.include({ 'ticket.complexity': 'High' });
    expect(facts[1]?.['issue.body']).to.include('### Goals\n\n```\n### Category\n```\n\nMake it work.\n');
    expect(facts[1]?.['ticket.mentors']).to.deep.equal(['asha', 'Ravi Rao']);
    expect(facts[2]).to.include({ 'ticket.complexity': null });
    expect(facts[2]?.['ticket.missing_fields']).to.include('Complexity');
    expect(last({ 'issues.opened': set({ 'ticket.product': 'Sunbird' }) })['ticket.missing_fields']).to.deep.equal([
      'Complexity',
      'Category',
      'Mentor(s)',
      'Tech Skills Needed',
    ]);
  });

  it('may be made of real payloads in files, which show what there was by themselves', () => {
    const directory = temporaryDirectoryNow();
    const { payload } = example('issues.labeled');
    const issue = { ...(payload['issue'] as object), number: 42, title: 'Real', updated_at: '2020-01-01T00:00:00Z' };
    writeFileSync(join(directory, 'payloads', 'real.json'), JSON.stringify({ ...payload, issue }));
    writeFileSync(join(directory, 'payloads', 'list.json'), '[]');
    writeFileSync(join(directory, 'payloads', 'broken.json'), '{');
    const read = (like: string, event = 'issues.labeled') => {
      const history = [{ 'issues.opened': null }, { [event]: { like } }, { 'issues.closed': null }];
      const text = JSON.stringify({ tests: [{ name: 'it', history, expect: { points: {} } }] });
      const { tests } = loadTests([{ path: join(directory, 'a.test.yaml'), text }]);
      return prepareTests(tests, ruleSetOf('none', []), testPayloads());
    };
    const { tests, problems } = read('payloads/real.json');
    expect(problems).to.deep.equal([]);
    const facts = (tests[0]?.steps ?? []).map((step) => (step.kind === 'delivery' ? step.told.facts : {}));
    expect(facts[1]).to.include({ 'issue.number': 42, 'issue.title': 'Real', 'label.name': 'bug' });
    expect(facts[1]).to.include({ 'issue.updated_at': '2026-01-01T09:01:00Z' });
    expect(facts[1]?.['issue.labels']).to.deep.equal(['bug']);
    expect(facts[2]).to.include({ 'issue.number': 42, 'issue.state': 'closed' });

    const wrong = (like: string, event?: string) => read(like, event).problems.map(said).join('\n');
    expect(wrong('payloads/list.json')).to.match(
      /bad-payload: .*list\.json is no payload: a payload is a JSON object$/,
    );
    expect(wrong('payloads/broken.json')).to.match(/bad-payload: .*broken\.json: the payload is not JSON/);
    expect(wrong('payloads/real.json', 'pull_request.closed')).to.match(
      /a\.test\.yaml:1:\d+ bad-payload: this is no payload of pull_request: pull_request\.\w+ is missing$/,
    );
    expect(wrong('payloads/real.json', 'label.created')).to.match(/a body with issue is not one of label$/);
  });

  it('says so when a payload is not what its event promises', () => {
    expect(problemsOf([{ 'issues.opened': set({ 'issue.number': 0 }) }])).to.deep.equal([
      'bad-payload: this is no payload of issues: issue.number must be >= 1',
    ]);
  });

  const directory = temporaryDirectory();
  const temporaryDirectoryNow = () => {
    mkdirSync(join(directory, 'payloads'), { recursive: true });
    return directory;
  };
});
