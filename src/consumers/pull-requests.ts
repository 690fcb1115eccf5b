// Pull requests: opened, labelled, merged. What points are awarded for.
import Type from 'typebox';
import type { Facts } from '../facts/fact.ts';
import type { Delta } from '../facts/observation.ts';
import { Label } from '../models/label.ts';
import { Maybe } from '../models/nullable.ts';
import { PullRequest } from '../models/pull-request.ts';
import { User } from '../models/user.ts';
import { reader } from '../models/validate.ts';
import { impliedByPullRequest } from './backfilled.ts';
import type { Consumer } from './consumer.ts';
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
import { deltasOf, taken } from './deltas.ts';
import { pullRequestFacts } from './pull-request-facts.ts';

const payloadOf = reader(
  Type.Object({
    ...surroundings,
    pull_request: PullRequest,
    label: Maybe(Label),
    assignee: Maybe(User),
    changes: Changes,
  }),
);

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
export const pullRequests: Consumer = {
  event: 'pull_request',
  actions: [
    'assigned',
    'auto_merge_disabled',
    'auto_merge_enabled',
    'closed',
    'converted_to_draft',
    'demilestoned',
    'dequeued',
    'edited',
    'enqueued',
    'labeled',
    'locked',
    'milestoned',
    'opened',
    'ready_for_review',
    'reopened',
    'review_request_removed',
    'review_requested',
    'synchronize',
    'unassigned',
    'unlabeled',
    'unlocked',
  ],
  subject: 'pull_request',
  read(raw) {
    const payload = payloadOf(raw);
    const { action, pull_request: pullRequest } = payload;
    const facts = known({
      ...surroundingFacts('pull_request', payload),
      ...labelFacts(payload.label),
      assignee: account(payload.assignee),
      ...pullRequestFacts(pullRequest),
    });
    const found = impliedByPullRequest(action, pullRequest);
    // Lists give the simple form; it takes nothing back that the full one has told before.
    const shape =
      found.implied === undefined || pullRequest.merged !== undefined ? 'pull_request' : 'pull_request_list';
    const deltas = [...deltasOf('pull_request', payload, facts), ...ownDeltas(action, facts)];
    return {
      action,
      facts,
      ...found,
      observation: {
        subject: subject('pull_request', payload, pullRequest.number),
        snapshot: snapshot(shape, facts, {
          at: pullRequest.updated_at,
          rank: rankOf(action),
          deltas,
          labels: pullRequest.labels,
        }),
      },
    };
  },
};

/** The changes that only pull requests know. */
function ownDeltas(action: string, facts: Facts): Delta[] {
  if (action === 'closed') return taken('pull_request.merged', facts);
  if (action === 'converted_to_draft') return [{ fact: 'pull_request.draft', set: true }];
  if (action === 'ready_for_review') return [{ fact: 'pull_request.draft', set: false }];
  return [];
}
