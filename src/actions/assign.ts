// assign: the people in `to` are assigned; withdrawn, those whom we ourselves assigned no longer are.
import Type from 'typebox';
import { Maybe, Nullable } from '../models/nullable.ts';
import { reader } from '../models/validate.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, type Resolved, usersIn } from './action.ts';
import { type Calls, type DueEffect, type Hands, Impossible, nullWhenGone, type Performed } from './perform.ts';

const assigned = kept('assign', Type.Object({ user: Type.Object({ id: Type.Number(), login: Type.String() }) }));

/** Whether it was us who assigned them. */
const visible = kept('assign', Nullable(Type.Object({ added: Type.Boolean() })));

const onIssue = '/repos/{owner}/{repo}/issues/{issue_number}';
const calls = {
  look: { route: `GET ${onIssue}`, permission: 'Issues or Pull requests: read' },
  add: { route: `POST ${onIssue}/assignees`, permission: 'Issues or Pull requests: write' },
  remove: { route: `DELETE ${onIssue}/assignees`, permission: 'Issues or Pull requests: write' },
} as const satisfies Calls;

const issueOf = reader(Type.Object({ assignees: Maybe(Type.Array(Type.Object({ id: Type.Number() }))) }));

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
  isSame,
  ...noLines,
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

async function perform(effect: DueEffect, hands: Hands): Promise<Performed> {
  const { user } = assigned(effect.params);
  const on = { issue_number: effect.number };
  const ours = visible(effect.performed)?.added === true;
  if (effect.wanted === 'withdraw') {
    if (!ours) return { performed: null };
    const heir = effect.others.find(({ params }) => isSame(params, effect.params));
    if (heir !== undefined) return { performed: null, heir: { key: heir.key, performed: { added: true } } };
    await hands.write(calls.remove, { ...on, assignees: [user.login] }).catch(nullWhenGone);
    return { performed: null };
  }
  const isAssigned = (issue: unknown) => issueOf(issue).assignees?.some(({ id }) => id === user.id) === true;
  if (isAssigned(await hands.read(calls.look, on))) return { performed: { added: ours } };
  const after = await hands.write(calls.add, { ...on, assignees: [user.login] }, { added: true });
  // GitHub leaves out without a word whom it does not let be assigned, and more than ten.
  if (!isAssigned(after)) throw new Impossible(`GitHub does not assign ${user.login}`);
  return { performed: { added: true } };
}

/** Accounts are told apart by number: logins get renamed. */
function isSame(one: Json, other: Json): boolean {
  return assigned(one).user.id === assigned(other).user.id;
}
