// Comments on issues and pull requests, which also show the issue as it is.
import Type from 'typebox';
import { ticketFacts } from '../facts/ticket-facts.ts';
import { Issue } from '../models/issue.ts';
import { IssueComment } from '../models/issue-comment.ts';
import { reader } from '../models/validate.ts';
import type { Consumer } from './consumer.ts';
import { account, known, type Read, snapshot, subject, surroundingFacts, surroundings, time } from './context.ts';
import { issueFacts } from './issue-facts.ts';

const payloadOf = reader(Type.Object({ ...surroundings, issue: Issue, comment: IssueComment }));

/** https://docs.github.com/webhooks/webhook-events-and-payloads#issue_comment */
export const issueComments: Consumer = {
  event: 'issue_comment',
  actions: ['created', 'deleted', 'edited'],
  subject: 'issue',
  read(raw) {
    const payload = payloadOf(raw);
    const { action, issue, comment } = payload;
    const onIssue = !issue.pull_request;
    const facts = known({
      ...surroundingFacts('issue_comment', payload),
      ...commentFacts(comment),
      ...issueFacts(issue),
      ...(onIssue ? ticketFacts(issue.body ?? null) : {}),
    });
    // A pull request shown as an issue says nothing of what pull request rules go by.
    if (!onIssue) return { action, facts };
    // The rank is of the issue's course, not the comment's: a deleted comment ends nothing.
    const seen = snapshot('issue_comment', facts, { at: issue.updated_at, rank: 1, labels: issue.labels });
    return { action, facts, observation: { subject: subject('issue', payload, issue.number), snapshot: seen } };
  },
};

function commentFacts(comment: IssueComment): Read {
  return {
    'comment.id': comment.id,
    'comment.body': comment.body,
    'comment.html_url': comment.html_url,
    'comment.author': account(comment.user),
    'comment.author_association': comment.author_association,
    'comment.created_at': time(comment.created_at),
    'comment.updated_at': time(comment.updated_at),
  };
}
