// `issue.*`, as events about issues and about their comments offer them.
import type { Issue } from '../models/issue.ts';
import { account, accounts, labelNames, type Read, time } from './context.ts';

export function issueFacts(issue: Issue): Read {
  return {
    'issue.number': issue.number,
    'issue.title': issue.title,
    'issue.body': issue.body,
    'issue.html_url': issue.html_url,
    'issue.author': account(issue.user),
    'issue.author_association': issue.author_association,
    'issue.state': issue.state,
    'issue.state_reason': issue.state_reason,
    'issue.labels': labelNames(issue.labels),
    'issue.assignees': accounts(issue.assignees),
    'issue.milestone': issue.milestone === null ? null : issue.milestone?.title,
    'issue.type': issue.type === null ? null : issue.type?.name,
    'issue.locked': issue.locked,
    'issue.comments': issue.comments,
    'issue.created_at': time(issue.created_at),
    'issue.updated_at': time(issue.updated_at),
    'issue.closed_at': time(issue.closed_at),
    'issue.is_pull_request': Boolean(issue.pull_request),
  };
}
