// What each event can change of a subject's state: which facts, and to what, as far as the event's name tells.
import type { FactValue } from '../fact.ts';

/**
 * What becomes of a fact at an event: the value it has afterwards, or that it grew (a list by an element, a number), or
 * shrank, or took whatever value.
 */
export type Change = { readonly to: FactValue } | 'more' | 'less' | 'anything';

type Changes = Readonly<Record<string, Readonly<Record<string, Change>>>>;

const to = (value: FactValue): Change => ({ to: value });

/** Issues and pull requests share these. */
const shared = (kind: 'issue' | 'pull_request') =>
  ({
    opened: {
      // Labels and assignees that it is opened with are told once more, each by an event of its own:
      // https://github.com/octokit/octokit.js/issues/2444
      [`${kind}.labels`]: to([]),
      [`${kind}.assignees`]: to([]),
      [`${kind}.milestone`]: to(null),
      [`${kind}.state`]: to('open'),
      [`${kind}.locked`]: to(false),
      [`${kind}.closed_at`]: to(null),
      [`${kind}.title`]: 'anything',
      [`${kind}.body`]: 'anything',
    },
    edited: { [`${kind}.title`]: 'anything', [`${kind}.body`]: 'anything' },
    labeled: { [`${kind}.labels`]: 'more' },
    unlabeled: { [`${kind}.labels`]: 'less' },
    assigned: { [`${kind}.assignees`]: 'more' },
    unassigned: { [`${kind}.assignees`]: 'less' },
    milestoned: { [`${kind}.milestone`]: 'anything' },
    demilestoned: { [`${kind}.milestone`]: to(null) },
    locked: { [`${kind}.locked`]: to(true) },
    unlocked: { [`${kind}.locked`]: to(false) },
    closed: { [`${kind}.state`]: to('closed'), [`${kind}.closed_at`]: 'anything' },
    reopened: { [`${kind}.state`]: to('open'), [`${kind}.closed_at`]: to(null) },
  }) as const;

const issue = shared('issue');
const pullRequest = shared('pull_request');
const COMMITS = ['additions', 'deletions', 'changed_files', 'commits', 'head.sha', 'base.sha', 'files'] as const;
const ofCommits = Object.fromEntries(COMMITS.map((name): [string, Change] => [`pull_request.${name}`, 'anything']));

/**
 * By event, what it changes. Left out is what never changes, such as an author, and what follows by itself: what is
 * looked up at another subject, what belongs to the repository, and times of last change, which every event moves.
 *
 * https://docs.github.com/webhooks/webhook-events-and-payloads
 */
export const changes: Changes = {
  ...named('issues', {
    ...issue,
    opened: { ...issue.opened, 'issue.state_reason': to(null), 'issue.type': 'anything', 'issue.comments': to(0) },
    closed: { ...issue.closed, 'issue.state_reason': 'anything' },
    reopened: { ...issue.reopened, 'issue.state_reason': 'anything' },
    typed: { 'issue.type': 'anything' },
    untyped: { 'issue.type': to(null) },
  }),
  ...named('issue_comment', {
    created: { 'issue.comments': 'more' },
    deleted: { 'issue.comments': 'less' },
  }),
  ...named('pull_request', {
    ...pullRequest,
    opened: {
      ...pullRequest.opened,
      ...ofCommits,
      'pull_request.merged': to(false),
      'pull_request.merged_at': to(null),
      'pull_request.merged_by': to(null),
      'pull_request.draft': 'anything',
      'pull_request.closes': 'anything',
      'pull_request.base.ref': 'anything',
      'pull_request.requested_reviewers': to([]),
    },
    edited: {
      ...pullRequest.edited,
      'pull_request.closes': 'anything',
      'pull_request.base.ref': 'anything',
      'pull_request.base.sha': 'anything',
      'pull_request.files': 'anything',
    },
    synchronize: ofCommits,
    closed: {
      ...pullRequest.closed,
      'pull_request.merged': 'anything',
      'pull_request.merged_at': 'anything',
      'pull_request.merged_by': 'anything',
    },
    converted_to_draft: { 'pull_request.draft': to(true) },
    ready_for_review: { 'pull_request.draft': to(false) },
    review_requested: { 'pull_request.requested_reviewers': 'more' },
    review_request_removed: { 'pull_request.requested_reviewers': 'less' },
  }),
  ...named('pull_request_review', {
    // Who asks for changes approves no longer.
    submitted: { 'pull_request.approved_by': 'anything', 'pull_request.requested_reviewers': 'less' },
    dismissed: { 'pull_request.approved_by': 'less' },
  }),
  contributor: {
    contributor: 'anything',
    'contributor.points': 'anything',
    'contributor.registered': 'anything',
    'contributor.badges': 'anything',
  },
};

/** Facts of the moment that name the one element by which a list grew or shrank. */
export const elementNamedBy: Readonly<Record<string, string>> = {
  'issues.labeled': 'label.name',
  'issues.unlabeled': 'label.name',
  'issues.assigned': 'assignee',
  'issues.unassigned': 'assignee',
  'pull_request.labeled': 'label.name',
  'pull_request.unlabeled': 'label.name',
  'pull_request.assigned': 'assignee',
  'pull_request.unassigned': 'assignee',
};

/** What an event does to a fact, or to the fact that it is read from; null for nothing. */
export function changeBy(event: string, fact: string): Change | null {
  const ofEvent = changes[event];
  if (ofEvent === undefined) return null;
  return ofEvent[fact] ?? ofEvent[originOf(fact)] ?? null;
}

const origins = new Map<string, string>();

/** What is read from a body changes with it, and the parts of a user with the user. */
function originOf(fact: string): string {
  const known = origins.get(fact);
  if (known !== undefined) return known;
  const origin = fact.startsWith('ticket.') ? 'issue.body' : fact.replace(/\.(login|id|type)$/, '');
  origins.set(fact, origin);
  return origin;
}

function named(event: string, actions: Readonly<Record<string, Readonly<Record<string, Change>>>>): Changes {
  return Object.fromEntries(Object.entries(actions).map(([action, changed]) => [`${event}.${action}`, changed]));
}
