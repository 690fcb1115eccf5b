// request_review: asks the people in `to` to review the pull request, once.
import Type from 'typebox';
import type { Facts } from '../facts/fact.ts';
import { reader } from '../models/validate.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, type Resolved, usersIn } from './action.ts';
import type { Calls, DueEffect, Hands, Performed } from './perform.ts';

const requested = kept(
  'request_review',
  Type.Object({ user: Type.Object({ id: Type.Number(), login: Type.String() }) }),
);

const reviewers = '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';
const calls = {
  look: { route: `GET ${reviewers}`, permission: 'Pull requests: read' },
  ask: { route: `POST ${reviewers}`, permission: 'Pull requests: write' },
} as const satisfies Calls;

const reviewersOf = reader(Type.Object({ users: Type.Array(Type.Object({ id: Type.Number() })) }));

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
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

async function perform({ params, number }: DueEffect, hands: Hands): Promise<Performed> {
  const { user } = requested(params);
  const { users } = reviewersOf(await hands.read(calls.look, { pull_number: number }));
  if (!users.some(({ id }) => id === user.id))
    await hands.write(calls.ask, { pull_number: number, reviewers: [user.login] });
  return { performed: null };
}
