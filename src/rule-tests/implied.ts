// What GitHub implies: of an action (what was closed is closed), and of what a step sets (what is merged was merged at
// some time, by somebody). What is not certain is left as it is.
import { objectAt, type Payload } from './payload.ts';
import type { Kind } from './scene.ts';

/** Changes to a subject, for it to be as this action leaves it. */
export function byAction(kind: Kind, action: string, now: string): Payload {
  const ofKind = kind === 'issue' ? ISSUE[action] : PULL_REQUEST[action];
  return { ...BOTH[action]?.(now), ...ofKind?.(now) };
}

type Implied = Readonly<Record<string, (now: string) => Payload>>;

const BOTH: Implied = {
  opened: (now) => ({ state: 'open', created_at: now, closed_at: null }),
  closed: (now) => ({ state: 'closed', closed_at: now }),
  reopened: () => ({ state: 'open', closed_at: null }),
  locked: () => ({ locked: true }),
  unlocked: () => ({ locked: false }),
  demilestoned: () => ({ milestone: null }),
};

const ISSUE: Implied = {
  opened: () => ({ state_reason: null }),
  closed: () => ({ state_reason: 'completed' }),
  reopened: () => ({ state_reason: 'reopened' }),
  untyped: () => ({ type: null }),
};

const PULL_REQUEST: Implied = {
  opened: () => ({ merged: false, merged_at: null, merged_by: null }),
  reopened: () => ({ merged: false, merged_at: null, merged_by: null }),
  converted_to_draft: () => ({ draft: true }),
  ready_for_review: () => ({ draft: false }),
};

/** Changes to a repository, for it to be as this action leaves it. */
export const ofRepository: Readonly<Record<string, Payload>> = {
  archived: { archived: true },
  unarchived: { archived: false },
  privatized: { private: true },
  publicized: { private: false },
};

/** The subject with what its state implies, where a step did not say it. */
export function byState(subject: Payload, sender: unknown, isSet: (field: string) => boolean, now: string): Payload {
  const isFull = Object.hasOwn(subject, 'merged');
  const isMerged = isFull ? subject['merged'] === true : typeof subject['merged_at'] === 'string';
  const state = isMerged && !isSet('state') ? 'closed' : subject['state'];
  const implied: Payload = {
    closed_at: state === 'closed' ? (subject['closed_at'] ?? now) : null,
    ...(isFull ? { merged_at: isMerged ? (subject['merged_at'] ?? now) : null } : {}),
    ...(isFull ? { merged_by: isMerged ? (subject['merged_by'] ?? sender) : null } : {}),
  };
  return { ...subject, state, ...Object.fromEntries(Object.entries(implied).filter(([field]) => !isSet(field))) };
}

/**
 * The account whose doing an action is, where that is certain: who opens, writes, reviews or merges; null where it is
 * not.
 */
export function senderOf(event: string, action: string | null, payload: Payload): unknown {
  const pullRequest = objectAt(payload, 'pull_request');
  if (event === 'issues' && action === 'opened') return objectAt(payload, 'issue')['user'];
  if (event === 'issue_comment' && action === 'created') return objectAt(payload, 'comment')['user'];
  if (event === 'pull_request_review' && action === 'submitted') return objectAt(payload, 'review')['user'];
  if (event !== 'pull_request') return null;
  if (action === 'opened') return pullRequest['user'];
  return action === 'closed' && pullRequest['merged'] === true ? pullRequest['merged_by'] : null;
}
