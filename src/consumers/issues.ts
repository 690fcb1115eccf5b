// Issues: opened, labelled, assigned, closed. What a ticket is made of.
import Type from 'typebox';
import { ticketFacts } from '../facts/ticket-facts.ts';
import { BACKFILLED } from '../models/backfilled.ts';
import { githubNumber } from '../models/github-number.ts';
import { Issue } from '../models/issue.ts';
import { Label } from '../models/label.ts';
import { Maybe } from '../models/nullable.ts';
import { User } from '../models/user.ts';
import { reader } from '../models/validate.ts';
import { impliedByIssue } from './backfilled.ts';
import type { Consumed, Consumer } from './consumer.ts';
import {
  account,
  Changes,
  known,
  labelFacts,
  rankOf,
  snapshot,
  subject,
  surroundingFacts,
  surroundings,
} from './context.ts';
import { deltasOf } from './deltas.ts';
import { issueFacts } from './issue-facts.ts';

const payloadOf = reader(
  Type.Object({ ...surroundings, issue: Issue, label: Maybe(Label), assignee: Maybe(User), changes: Changes }),
);

/** What we make ourselves of an issue that was looked for and is not there; nothing that GitHub signs looks like it. */
const goneOf = reader(
  Type.Object({
    ...surroundings,
    action: Type.Literal(BACKFILLED),
    gone: Type.Object({ number: githubNumber() }),
  }),
);

function isGone(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && Object.hasOwn(raw, 'gone') && !Object.hasOwn(raw, 'issue');
}

function readGone(raw: unknown): Consumed {
  const payload = goneOf(raw);
  const facts = known(surroundingFacts('issues', payload));
  const about = { subject: subject('issue', payload, payload.gone.number), gone: true } as const;
  // No event is known to have happened, and nothing just has.
  return { action: payload.action, facts, implied: [], observation: about };
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#issues */
export const issues: Consumer = {
  event: 'issues',
  actions: [
    'assigned',
    'closed',
    'deleted',
    'demilestoned',
    'edited',
    'labeled',
    'locked',
    'milestoned',
    'opened',
    'pinned',
    'reopened',
    'transferred',
    'typed',
    'unassigned',
    'unlabeled',
    'unlocked',
    'unpinned',
    'untyped',
  ],
  subject: 'issue',
  read(raw) {
    if (isGone(raw)) return readGone(raw);
    const payload = payloadOf(raw);
    const { action, issue } = payload;
    const onIssue = !issue.pull_request;
    const facts = known({
      ...surroundingFacts('issues', payload),
      ...labelFacts(payload.label),
      assignee: account(payload.assignee),
      ...issueFacts(issue),
      ...(onIssue ? ticketFacts(issue.body ?? null) : {}),
    });
    const found = impliedByIssue(action, issue);
    // GitHub has sent milestones of pull requests as issues; their number belongs to the pull request.
    if (!onIssue) return { action, facts, ...found };
    const seen = snapshot('issues', facts, {
      at: issue.updated_at,
      rank: rankOf(action),
      deltas: deltasOf('issue', payload, facts),
      labels: issue.labels,
    });
    // A transferred issue lives on elsewhere under another number; there, GitHub says that it was opened.
    const gone = action === 'deleted' || action === 'transferred';
    const about = { subject: subject('issue', payload, issue.number), snapshot: seen };
    return { action, facts, ...found, observation: gone ? { ...about, gone } : about };
  },
};
