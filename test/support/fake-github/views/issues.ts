// Issues, comments and reactions as GitHub's REST API shows them.
import type { Comment, Issue, Reaction } from '../state.ts';
import { fullName, type World } from '../world.ts';
import { accountView, appView } from './accounts.ts';
import { associationOf, labelView } from './repositories.ts';
import { nodeId, time, timeOrNull } from './time.ts';

/** GitHub lists pull requests among issues, told apart by `pull_request`. */
export function issueView(world: World, issue: Issue) {
  const { repository, number, pull } = issue;
  const [api, html] = [`${world.url}/repos/${fullName(repository)}`, `https://github.com/${fullName(repository)}`];
  const url = `${api}/issues/${number}`;
  const assignees = issue.assignees.map((account) => accountView(world, account));
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${html}/${pull === null ? 'issues' : 'pull'}/${number}`,
    id: issue.id,
    node_id: nodeId(pull === null ? 'I' : 'PR', issue.id),
    number,
    title: issue.title,
    user: accountView(world, issue.author),
    labels: issue.labels.map((label) => labelView(world, repository, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: issue.comments.length,
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    closed_at: timeOrNull(issue.closedAt),
    closed_by: issue.closedBy === null ? null : accountView(world, issue.closedBy),
    author_association: associationOf(repository, issue.author),
    active_lock_reason: null,
    body: issue.body,
    reactions: reactionsView(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    ...(pull === null
      ? {}
      : {
          draft: pull.draft,
          pull_request: {
            url: `${api}/pulls/${number}`,
            html_url: `${html}/pull/${number}`,
            diff_url: `${html}/pull/${number}.diff`,
            patch_url: `${html}/pull/${number}.patch`,
            merged_at: timeOrNull(pull.mergedAt),
          },
        }),
  };
}

export function commentView(world: World, comment: Comment) {
  const { id, issue } = comment;
  const api = `${world.url}/repos/${fullName(issue.repository)}/issues`;
  const url = `${api}/comments/${id}`;
  return {
    url,
    html_url: `https://github.com/${fullName(issue.repository)}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}#issuecomment-${id}`,
    issue_url: `${api}/${issue.number}`,
    id,
    node_id: nodeId('IC', id),
    user: accountView(world, comment.author),
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
    author_association: associationOf(issue.repository, comment.author),
    body: comment.body,
    reactions: reactionsView(url, comment.reactions),
    performed_via_github_app: comment.app === null ? null : appView(world, comment.app),
  };
}

export function reactionView(world: World, { id, author, content, createdAt }: Reaction) {
  return { id, node_id: nodeId('REA', id), user: accountView(world, author), content, created_at: time(createdAt) };
}

const CONTENTS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'];

function reactionsView(of: string, reactions: readonly Reaction[]) {
  const counts = CONTENTS.map((each) => [each, reactions.filter(({ content }) => content === each).length]);
  return { url: `${of}/reactions`, total_count: reactions.length, ...Object.fromEntries(counts) };
}
