// Pull requests, their reviews and files, and check runs as GitHub's REST API shows them.
import type { ChangedFile, CheckRun, PullRequest, Review } from '../state.ts';
import { fullName, type World } from '../world.ts';
import { accountView, appView } from './accounts.ts';
import { issueView } from './issues.ts';
import { associationOf, repositoryView } from './repositories.ts';
import { nodeId, time, timeOrNull } from './time.ts';

/** As lists show it. */
export function pullView(world: World, issue: PullRequest) {
  const { repository, number, pull } = issue;
  const [api, html] = [`${world.url}/repos/${fullName(repository)}`, `https://github.com/${fullName(repository)}`];
  const [url, page] = [`${api}/pulls/${number}`, `${html}/pull/${number}`];
  const repo = repositoryView(world, repository);
  const {
    labels,
    assignee,
    assignees,
    user,
    state,
    locked,
    title,
    body,
    created_at,
    updated_at,
    closed_at,
    comments_url,
  } = issueView(world, issue);
  const links = {
    html: page,
    issue: `${api}/issues/${number}`,
    comments: comments_url,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${pull.headSha}`,
  };
  const side = (label: string, ref: string, sha: string) => ({ label, ref, sha, user: repo.owner, repo });
  return {
    ...{ url, html_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch`, issue_url: links.issue },
    ...{ commits_url: links.commits, statuses_url: links.statuses, comments_url },
    ...{ review_comments_url: links.review_comments, review_comment_url: links.review_comment },
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    ...{ number, state, locked, title, user, body, created_at, updated_at, closed_at, labels, assignee, assignees },
    merged_at: timeOrNull(pull.mergedAt),
    merge_commit_sha: pull.mergedAt === null ? null : pull.headSha,
    draft: pull.draft,
    requested_reviewers: pull.reviewers.map((account) => accountView(world, account)),
    requested_teams: [],
    milestone: null,
    head: side(`${repo.owner.login}:work-${number}`, `work-${number}`, pull.headSha),
    base: side(`${repo.owner.login}:main`, 'main', '0'.repeat(40)),
    _links: Object.fromEntries(Object.entries({ self: url, ...links }).map(([name, href]) => [name, { href }])),
    author_association: associationOf(repository, issue.author),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** As GET of one shows it. */
export function wholePullView(world: World, issue: PullRequest) {
  const { pull } = issue;
  const sum = (of: (file: ChangedFile) => number) => pull.files.reduce((total, file) => total + of(file), 0);
  return {
    ...pullView(world, issue),
    merged: pull.mergedAt !== null,
    mergeable: true,
    rebaseable: true,
    mergeable_state: 'clean',
    merged_by: pull.mergedBy === null ? null : accountView(world, pull.mergedBy),
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: sum(({ additions }) => additions),
    deletions: sum(({ deletions }) => deletions),
    changed_files: pull.files.length,
  };
}

export function reviewView(world: World, issue: PullRequest, review: Review) {
  const name = fullName(issue.repository);
  const page = `https://github.com/${name}/pull/${issue.number}#pullrequestreview-${review.id}`;
  const url = `${world.url}/repos/${name}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: accountView(world, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: url,
    _links: { html: { href: page }, pull_request: { href: url } },
    submitted_at: time(review.submittedAt),
    commit_id: review.commit,
    author_association: associationOf(issue.repository, review.author),
  };
}

export function fileView(world: World, { repository, pull }: PullRequest, file: ChangedFile) {
  const [name, path] = [fullName(repository), encodeURIComponent(file.filename)];
  return {
    sha: pull.headSha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `https://github.com/${name}/blob/${pull.headSha}/${path}`,
    raw_url: `https://github.com/${name}/raw/${pull.headSha}/${path}`,
    contents_url: `${world.url}/repos/${name}/contents/${path}?ref=${pull.headSha}`,
  };
}

export function checkRunView(world: World, run: CheckRun) {
  const url = `${world.url}/repos/${fullName(run.repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId('CR', run.id),
    name: run.name,
    head_sha: run.headSha,
    external_id: run.externalId ?? '',
    url,
    html_url: `https://github.com/${fullName(run.repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: time(run.startedAt),
    completed_at: timeOrNull(run.completedAt),
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: { id: run.app.id },
    app: appView(world, run.app),
    pull_requests: [],
  };
}
