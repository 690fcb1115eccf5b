// `pull_request.*`: what reviews show of a pull request, and what only its own events do.
import type { PullRequest, SimplePullRequest } from '../models/pull-request.ts';
import { account, accounts, labelNames, type Read, time } from './context.ts';

/** The simple form has no `merged`; that a pull request was merged shows in when it was. */
export function simplePullRequestFacts(pullRequest: SimplePullRequest): Read {
  return {
    'pull_request.number': pullRequest.number,
    'pull_request.title': pullRequest.title,
    'pull_request.body': pullRequest.body,
    'pull_request.html_url': pullRequest.html_url,
    'pull_request.author': account(pullRequest.user),
    'pull_request.author_association': pullRequest.author_association,
    'pull_request.state': pullRequest.state,
    'pull_request.draft': pullRequest.draft ?? undefined,
    'pull_request.locked': pullRequest.locked,
    'pull_request.labels': labelNames(pullRequest.labels),
    'pull_request.assignees': accounts(pullRequest.assignees),
    'pull_request.requested_reviewers': pullRequest.requested_reviewers?.flatMap((reviewer) =>
      'login' in reviewer ? [account(reviewer)] : [],
    ),
    'pull_request.milestone': pullRequest.milestone === null ? null : pullRequest.milestone?.title,
    'pull_request.base.ref': pullRequest.base.ref,
    'pull_request.base.sha': pullRequest.base.sha,
    'pull_request.head.ref': pullRequest.head.ref,
    'pull_request.head.sha': pullRequest.head.sha,
    'pull_request.created_at': time(pullRequest.created_at),
    'pull_request.updated_at': time(pullRequest.updated_at),
    'pull_request.closed_at': time(pullRequest.closed_at),
    'pull_request.merged_at': time(pullRequest.merged_at),
    'pull_request.merged': typeof pullRequest.merged_at === 'string',
  };
}

export function pullRequestFacts(pullRequest: PullRequest): Read {
  const simple = simplePullRequestFacts(pullRequest);
  return {
    ...simple,
    'pull_request.merged': pullRequest.merged ?? simple['pull_request.merged'],
    'pull_request.merged_by': account(pullRequest.merged_by),
    'pull_request.additions': pullRequest.additions,
    'pull_request.deletions': pullRequest.deletions,
    'pull_request.changed_files': pullRequest.changed_files,
    'pull_request.commits': pullRequest.commits,
    'pull_request.comments': pullRequest.comments,
    'pull_request.review_comments': pullRequest.review_comments,
  };
}
