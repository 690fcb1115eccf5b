// The fake GitHub answers what an installation asks and does about issues and pull requests as GitHub's description says.
import type { Octokit } from '@octokit/rest';
import { expect } from 'chai';
import { operationOf } from '../support/fake-github/description.ts';
import { checks } from '../support/fake-github/endpoints/checks.ts';
import { comments } from '../support/fake-github/endpoints/comments.ts';
import { issues } from '../support/fake-github/endpoints/issues.ts';
import { labelsAndPeople } from '../support/fake-github/endpoints/labels-and-people.ts';
import { pulls } from '../support/fake-github/endpoints/pulls.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Issue, PullRequest, Repository } from '../support/fake-github/state.ts';
import { ask, failure, octokitOf } from './octokits.ts';

const endpoints = Object.keys({ ...checks, ...comments, ...issues, ...labelsAndPeople, ...pulls });
const place = { owner: 'sunbird', repo: 'portal' };
const onIssue = '/repos/{owner}/{repo}/issues/{issue_number}';
const onPull = '/repos/{owner}/{repo}/pulls/{pull_number}';
const onComment = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

interface Shown {
  readonly id: number;
  readonly number: number;
  readonly body: string;
  readonly login: string;
  readonly pull_request?: object;
  readonly head: { readonly sha: string };
}

describe('an installation that asks the fake GitHub', () => {
  let fake: FakeGitHub;
  let repository: Repository;
  let issue: Issue;
  let pull: PullRequest;
  let octokit: Octokit;

  before(async () => {
    fake = await startFakeGitHub();
  });

  beforeEach(() => {
    repository = fake.repository('sunbird/portal', { collaborators: { devi: 'write', tara: 'triage' } });
    issue = fake.issue(repository, { title: 'Login fails', labels: ['bug'], assignees: ['devi'] });
    const files = [{ filename: 'src/a b.ts', status: 'modified', additions: 3, deletions: 1 }] as const;
    pull = fake.pull(repository, { author: 'ravi', closes: [issue], files });
    octokit = octokitOf(fake, repository);
  });

  after('and every endpoint was asked', async () => {
    await fake.stop();
    const asked = new Set(fake.log.map(({ route }) => route));
    expect(endpoints.filter((route) => !asked.has(route))).to.deep.equal([]);
  });

  const here = <T = Shown>(route: string, given: object = {}) => ask<T>(octokit, route, { ...place, ...given });

  it('asks only what GitHub describes', () => {
    expect(endpoints.filter((route) => operationOf(route) === undefined)).to.deep.equal([]);
  });

  it('finds issues and pull requests together, and pull requests alone', async () => {
    const list = 'GET /repos/{owner}/{repo}/issues';
    const all = await here<Shown[]>(list, { state: 'all', direction: 'asc' });
    expect(all.map((each) => [each.number, 'pull_request' in each])).to.deep.equal([
      [1, false],
      [2, true],
    ]);
    expect((await here<Shown[]>(list, { labels: 'Bug' })).map(({ number }) => number)).to.deep.equal([1]);
    expect(await here(list, { labels: 'Bug,nonsense' })).to.deep.equal([]);
    expect(await here(list, { since: '2999-01-01T00:00:00Z' })).to.deep.equal([]);
    const [listed] = await here<Shown[]>('GET /repos/{owner}/{repo}/pulls', { state: 'all' });
    expect(listed).to.include({ number: 2, merged_at: null });
    expect(listed?.head.sha).to.equal(pull.pull.headSha);
  });

  it('closes and opens an issue', async () => {
    expect(await here(`GET ${onIssue}`, { issue_number: 1 })).to.include({ title: 'Login fails', state: 'open' });
    await here(`PATCH ${onIssue}`, { issue_number: 1, state: 'closed', state_reason: 'not_planned' });
    expect(issue).to.include({ state: 'closed', stateReason: 'not_planned', closedBy: fake.app.bot });
    await here(`PATCH ${onIssue}`, { issue_number: 1, state: 'open', title: 'Again', labels: [], assignees: ['tara'] });
    expect(issue).to.include({ state: 'open', stateReason: 'reopened', closedAt: null, title: 'Again' });
    expect([fake.labelsOn('sunbird/portal', 1), fake.assigneesOn('sunbird/portal', 1)]).to.deep.equal([[], ['tara']]);
  });

  it('writes, edits and deletes comments as our bot', async () => {
    const longest = 'x'.repeat(65_536);
    const { id } = await here(`POST ${onIssue}/comments`, { issue_number: 1, body: longest });
    for (const body of [`${longest}x`, ' ']) {
      expect(await failure(here(`POST ${onIssue}/comments`, { issue_number: 1, body }))).to.include({ status: 422 });
    }
    const one = await here<{ user: object }>(`GET ${onComment}`, { comment_id: id });
    expect(one.user).to.include({ login: 'c4gt[bot]', type: 'Bot' });
    await here(`PATCH ${onComment}`, { comment_id: id, body: 'Better' });
    fake.comment(issue, 'Thanks', 'asha');
    const list = await here<Shown[]>(`GET ${onIssue}/comments`, { issue_number: 1 });
    expect(list.map(({ body }) => body)).to.deep.equal(['Better', 'Thanks']);
    expect(await here('GET /repos/{owner}/{repo}/issues/comments')).to.have.length(2);
    await here(`DELETE ${onComment}`, { comment_id: id });
    const left = fake.commentsOn('sunbird/portal', 1);
    expect(left.map(({ author, body }) => [author.login, body])).to.deep.equal([['asha', 'Thanks']]);
    expect(await failure(here(`GET ${onComment}`, { comment_id: id }))).to.include({ status: 404 });
    fake.deleteComment(fake.comment(issue, 'Ours'));
    expect(fake.commentsOn('sunbird/portal', 1)).to.have.length(1);
  });

  it('labels without regard to case, with labels that are made where they are missing', async () => {
    await here(`POST ${onIssue}/labels`, { issue_number: 2, labels: ['BUG', 'brand new'] });
    expect(fake.labelsOn('sunbird/portal', 2)).to.deep.equal(['bug', 'brand new']);
    expect(repository.labels.has('brand new')).to.equal(true);
    await here(`DELETE ${onIssue}/labels/{name}`, { issue_number: 2, name: 'Brand New' });
    expect(await here(`GET ${onIssue}/labels`, { issue_number: 2 })).to.have.length(1);
    const gone = here(`DELETE ${onIssue}/labels/{name}`, { issue_number: 2, name: 'brand new' });
    expect(await failure(gone)).to.include({ status: 404 });
    const long = here(`POST ${onIssue}/labels`, { issue_number: 2, labels: ['x'.repeat(51)] });
    expect(await failure(long)).to.include({ status: 422 });
  });

  it('assigns those who can be; the others are left out without a word', async () => {
    const assignees = ['ravi', 'devi', 'nobody-at-all', 'c4gt[bot]'];
    await here(`POST ${onIssue}/assignees`, { issue_number: 2, assignees });
    expect(fake.assigneesOn('sunbird/portal', 2)).to.deep.equal(['ravi', 'devi']);
    await here(`DELETE ${onIssue}/assignees`, { issue_number: 2, assignees: ['Ravi'] });
    expect(fake.assigneesOn('sunbird/portal', 2)).to.deep.equal(['devi']);
  });

  it('requests reviews, of collaborators alone', async () => {
    const route = `${onPull}/requested_reviewers`;
    await here(`POST ${route}`, { pull_number: 2, reviewers: ['devi', 'tara'] });
    await here(`DELETE ${route}`, { pull_number: 2, reviewers: ['tara'] });
    const { users } = await here<{ users: Shown[] }>(`GET ${route}`, { pull_number: 2 });
    expect(users.map(({ login }) => login)).to.deep.equal(['devi']);
    for (const [who, why] of [
      ['ravi', /pull request author/],
      ['asha', /collaborators/],
      ['nobody', /collaborators/],
    ] as const) {
      const { status, message } = await failure(here(`POST ${route}`, { pull_number: 2, reviewers: [who] }));
      expect(status).to.equal(422);
      expect(message).to.match(why);
    }
  });

  it('sees a pull request, its reviews and files, and closes it', async () => {
    fake.review(pull, 'devi');
    const whole = await here(`GET ${onPull}`, { pull_number: 2 });
    expect(whole).to.include({ merged: false, changed_files: 1, additions: 3 });
    expect((await here<Shown[]>(`GET ${onPull}/reviews`, { pull_number: 2 }))[0]).to.include({ state: 'APPROVED' });
    expect((await here<Shown[]>(`GET ${onPull}/files`, { pull_number: 2 }))[0]).to.include({ changes: 4 });
    await here(`PATCH ${onPull}`, { pull_number: 2, state: 'closed' });
    expect(pull.state).to.equal('closed');
  });

  it('cannot open again what is merged', async () => {
    const { number } = fake.pull(repository, { mergedBy: 'devi' });
    expect(await here(`GET ${onPull}`, { pull_number: number })).to.include({ merged: true, state: 'closed' });
    const opened = here(`PATCH ${onIssue}`, { issue_number: number, state: 'open' });
    expect(await failure(opened)).to.include({ status: 422 });
  });

  for (const what of ['issue', 'comment'] as const) {
    it(`reacts to the ${what} once`, async () => {
      const [path, to] =
        what === 'issue'
          ? [`${onIssue}/reactions`, { issue_number: 1 }]
          : [`${onComment}/reactions`, { comment_id: fake.comment(issue, 'Hello', 'asha').id }];
      const { id } = await here(`POST ${path}`, { ...to, content: 'heart' });
      expect(await here(`POST ${path}`, { ...to, content: 'heart' })).to.include({ id });
      expect(await here(`GET ${path}`, to)).to.have.length(1);
      await here(`DELETE ${path}/{reaction_id}`, { ...to, reaction_id: id });
      expect(await here(`GET ${path}`, { ...to, content: 'heart' })).to.deep.equal([]);
    });
  }

  it('makes a check run by every POST, and changes one', async () => {
    const route = '/repos/{owner}/{repo}/check-runs';
    const output = { title: 'No ticket', summary: 'None is closed.' };
    const run = { name: 'Ticket', head_sha: pull.pull.headSha, external_id: 'ours', output };
    await here(`POST ${route}`, { ...run, conclusion: 'failure' });
    const { id } = await here(`POST ${route}`, { ...run, status: 'in_progress' });
    await here(`PATCH ${route}/{check_run_id}`, { check_run_id: id, conclusion: 'success' });
    const one = await here(`GET ${route}/{check_run_id}`, { check_run_id: id });
    expect(one).to.include({ status: 'completed', external_id: 'ours' });
    const conclusions = fake.checksOn('sunbird/portal', 2).map(({ conclusion }) => conclusion);
    expect(conclusions).to.deep.equal(['failure', 'success']);
    const onCommit = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
    const latest = { ref: pull.pull.headSha, check_name: 'Ticket', app_id: fake.app.id };
    const { check_runs } = await here<{ check_runs: Shown[] }>(onCommit, latest);
    expect(check_runs.map((each) => each.id)).to.deep.equal([id]);
    expect(await here(onCommit, { ref: pull.pull.headSha, filter: 'all' })).to.include({ total_count: 2 });
    expect(await failure(here(`POST ${route}`, { ...run, head_sha: 'f'.repeat(40) }))).to.include({ status: 422 });
  });

  for (const [what, change, status, message] of [
    ['a deleted issue', (one: Issue) => Object.assign(one, { deleted: true }), 410, /deleted/],
    ['a locked issue', (one: Issue) => Object.assign(one, { locked: true }), 403, /locked/],
    [
      'an issue of an archived repository',
      (one: Issue) => Object.assign(one.repository, { archived: true }),
      403,
      /read-only/,
    ],
    [
      'an issue where there are none any more',
      (one: Issue) => Object.assign(one.repository, { hasIssues: false }),
      410,
      /disabled/,
    ],
  ] as const) {
    it(`cannot comment on ${what}: ${status}`, async () => {
      change(issue);
      const refused = await failure(octokit.rest.issues.createComment({ ...place, issue_number: 1, body: 'x' }));
      expect(refused.status).to.equal(status);
      expect(refused.message).to.match(message);
      expect(issue.comments).to.deep.equal([]);
    });
  }
});
