// What must have happened before for an issue or pull request to be as it was found: rules that subscribe to some of its
// events are told of it by these.
import { BACKFILLED } from '../models/backfilled.ts';
import type { Issue } from '../models/issue.ts';
import type { PullRequest } from '../models/pull-request.ts';
import type { Consumed } from './consumer.ts';

type Found = Pick<Consumed, 'implied'>;

/** Nothing when it was delivered by GitHub: then its own event is what happened. */
export function impliedByIssue(action: string, issue: Issue): Found {
  if (action !== BACKFILLED) return {};
  const implied = [...common('issues', issue), ...when(issue.type, 'issues.typed')];
  return { implied: [...implied, ...((issue.comments ?? 0) > 0 ? ['issue_comment.created'] : [])] };
}

/** As {@link impliedByIssue}. */
export function impliedByPullRequest(action: string, pullRequest: PullRequest): Found {
  if (action !== BACKFILLED) return {};
  const reviewers = pullRequest.requested_reviewers?.length ? pullRequest.requested_reviewers : null;
  return { implied: [...common('pull_request', pullRequest), ...when(reviewers, 'pull_request.review_requested')] };
}

function common(event: string, subject: Issue | PullRequest): string[] {
  return [
    `${event}.opened`,
    ...when(subject.labels?.[0], `${event}.labeled`),
    ...when(subject.assignees?.[0], `${event}.assigned`),
    ...when(subject.milestone, `${event}.milestoned`),
    ...(subject.locked === true ? [`${event}.locked`] : []),
    ...(subject.state === 'closed' ? [`${event}.closed`] : []),
  ];
}

function when(there: object | null | undefined, name: string): string[] {
  return there === null || there === undefined ? [] : [name];
}
