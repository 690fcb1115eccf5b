// request_review: asks the people in `to` to review the pull request, once.
import Type from 'typebox';
import type { Facts } from '../facts/fact.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, type Resolved, usersIn } from './action.ts';

const requested = kept(
  'request_review',
  Type.Object({ user: Type.Object({ id: Type.Number(), login: Type.String() }) }),
);

export const requestReview = {
  name: 'request_review',
  description: 'Asks each person in `to` to review the pull request; its author is left out, as GitHub would refuse.',
  standing: false,
  withdrawal: 'It happens once; a request is not taken back.',
  subjects: ['pull_request'],
  causes: ['pull_request.review_requested'],
  changes: ['pull_request.requested_reviewers', 'pull_request.updated_at'],
  fields: {
    to: {
      type: 'users',
      required: true,
      description: 'Who is asked.',
      example: { fact: 'pull_request.ticket.assignees' },
    },
  },
  outcomes(params: Resolved, facts: Facts): readonly Outcome[] {
    const others = usersIn(params, 'to').filter(({ id }) => id !== facts['pull_request.author.id']);
    return others.map(({ id, login }) => ({ target: String(id), params: { user: { id, login } } }));
  },
  summary: (params: Json) => `asks ${requested(params).user.login} for a review`,
  isSame: (standing: Json, wanted: Json) => requested(standing).user.id === requested(wanted).user.id,
  ...noLines,
} as const satisfies Action;
