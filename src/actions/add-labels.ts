// add_labels: the issue or pull request has these labels; withdrawn, those that we ourselves added are removed.
import Type from 'typebox';
import { Nullable } from '../models/nullable.ts';
import { reader } from '../models/validate.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, quoted, type Resolved, textsIn } from './action.ts';
import { type Calls, type DueEffect, type Hands, nullWhenGone, type Performed } from './perform.ts';

const added = kept('add_labels', Type.Object({ label: Type.String() }));

/** Whether it was us who added it. */
const visible = kept('add_labels', Nullable(Type.Object({ added: Type.Boolean() })));

const onIssue = '/repos/{owner}/{repo}/issues/{issue_number}/labels';
const calls = {
  list: { route: `GET ${onIssue}`, permission: 'Issues or Pull requests: read' },
  add: { route: `POST ${onIssue}`, permission: 'Issues or Pull requests: write' },
  remove: { route: `DELETE ${onIssue}/{name}`, permission: 'Issues or Pull requests: write' },
} as const satisfies Calls;

const pageOf = reader(Type.Array(Type.Object({ name: Type.String() })));

export const addLabels = {
  name: 'add_labels',
  description: 'Sees to it that the issue or pull request has each of these labels.',
  standing: true,
  withdrawal: 'Withdrawn, a label that we ourselves added is removed.',
  subjects: ['issue', 'pull_request'],
  // GitHub creates a label that the repository does not have.
  causes: ['issues.labeled', 'issues.unlabeled', 'pull_request.labeled', 'pull_request.unlabeled', 'label.created'],
  changes: ['issue.labels', 'issue.updated_at', 'pull_request.labels', 'pull_request.updated_at'],
  fields: {
    labels: {
      type: 'texts',
      required: true,
      maximum: 50,
      description: 'Names of the labels, of up to 50 characters each.',
      example: ['good first issue'],
    },
  },
  /** One for each label, so that one that is no longer wanted leaves by itself. */
  outcomes: (params: Resolved): readonly Outcome[] =>
    textsIn(params, 'labels').map((label) => ({ target: label.toLowerCase(), params: { label } })),
  summary: (params: Json) => `adds the label ${quoted(added(params).label)}`,
  isSame,
  ...noLines,
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

async function perform(effect: DueEffect, hands: Hands): Promise<Performed> {
  const { label } = added(effect.params);
  const ours = visible(effect.performed)?.added === true;
  if (effect.wanted === 'withdraw') {
    if (!ours) return { performed: null };
    const heir = effect.others.find(({ params }) => isSame(params, effect.params));
    if (heir !== undefined) return { performed: null, heir: { key: heir.key, performed: { added: true } } };
    await hands.write(calls.remove, { issue_number: effect.number, name: label }).catch(nullWhenGone);
    return { performed: null };
  }
  for await (const page of hands.list(calls.list, { issue_number: effect.number })) {
    if (pageOf(page).some(({ name }) => name.toLowerCase() === label.toLowerCase()))
      return { performed: { added: ours } };
  }
  // Should nobody ever know whether it was added: if it is there then, it was us.
  await hands.write(calls.add, { issue_number: effect.number, labels: [label] }, { added: true });
  return { performed: { added: true } };
}

/** GitHub tells labels apart without regard to case. */
function isSame(one: Json, other: Json): boolean {
  return added(one).label.toLowerCase() === added(other).label.toLowerCase();
}
