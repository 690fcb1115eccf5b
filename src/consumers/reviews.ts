// Reviews of pull requests: who approved, who asked for changes. They show the pull request in its simple form.
import Type from 'typebox';
import type { ReviewRecord } from '../facts/observation.ts';
import { SimplePullRequest } from '../models/pull-request.ts';
import { Review } from '../models/review.ts';
import { type Timestamp, utc } from '../models/timestamp.ts';
import { reader } from '../models/validate.ts';
import type { Consumer } from './consumer.ts';
import { account, known, type Read, snapshot, subject, surroundingFacts, surroundings, time } from './context.ts';
import { simplePullRequestFacts } from './pull-request-facts.ts';

const payloadOf = reader(Type.Object({ ...surroundings, review: Review, pull_request: SimplePullRequest }));

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request_review */
export const reviews: Consumer = {
  event: 'pull_request_review',
  actions: ['dismissed', 'edited', 'submitted'],
  subject: 'pull_request',
  read(raw) {
    const payload = payloadOf(raw);
    const { action, review, pull_request: pullRequest } = payload;
    const state = action === 'dismissed' ? 'dismissed' : review.state.toLowerCase();
    const facts = known({
      ...surroundingFacts('pull_request_review', payload),
      ...reviewFacts(review),
      'review.state': state,
      ...simplePullRequestFacts(pullRequest),
    });
    const record = reviewRecord({ ...review, state }, pullRequest.updated_at);
    return {
      action,
      facts,
      observation: {
        subject: subject('pull_request', payload, pullRequest.number),
        snapshot: snapshot('pull_request_review', facts, {
          at: pullRequest.updated_at,
          rank: 1,
          labels: pullRequest.labels,
        }),
        review: record,
      },
    };
  },
};

/** @param otherwise when it was given, should it not say */
export function reviewRecord(review: Review, otherwise: Timestamp): ReviewRecord {
  return {
    id: review.id,
    author: account(review.user),
    association: review.author_association ?? null,
    state: review.state.toLowerCase(),
    submittedAt: utc(review.submitted_at ?? review.updated_at ?? otherwise),
  };
}

function reviewFacts(review: Review): Read {
  return {
    'review.id': review.id,
    'review.body': review.body,
    'review.html_url': review.html_url,
    'review.author': account(review.user),
    'review.author_association': review.author_association,
    'review.submitted_at': time(review.submitted_at),
  };
}
