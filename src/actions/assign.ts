// assign: the people in `to` are assigned; withdrawn, those whom we ourselves assigned no longer are.
import Type from 'typebox';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, type Resolved, usersIn } from './action.ts';

const assigned = kept('assign', Type.Object({ user: Type.Object({ id: Type.Number(), login: Type.String() }) }));

export const assign = {
  name: 'assign',
  description: 'Sees to it that each person in `to` is assigned to the issue or pull request.',
  standing: true,
  withdrawal: 'Withdrawn, somebody whom we ourselves assigned no longer is.',
  subjects: ['issue', 'pull_request'],
  causes: ['issues.assigned', 'issues.unassigned', 'pull_request.assigned', 'pull_request.unassigned'],
  changes: ['issue.assignees', 'issue.updated_at', 'pull_request.assignees', 'pull_request.updated_at'],
  fields: {
    to: { type: 'users', required: true, description: 'Who is assigned.', example: { fact: 'pull_request.author' } },
  },
  outcomes: (params: Resolved): readonly Outcome[] =>
    usersIn(params, 'to').map(({ id, login }) => ({ target: String(id), params: { user: { id, login } } })),
  summary: (params: Json) => `assigns ${assigned(params).user.login}`,
  /** Accounts are told apart by number: logins get renamed. */
  isSame: (standing: Json, wanted: Json) => assigned(standing).user.id === assigned(wanted).user.id,
  ...noLines,
} as const satisfies Action;
