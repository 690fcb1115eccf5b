// remove_labels: takes these labels off the issue or pull request, once.
import Type from 'typebox';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, quoted, type Resolved, textsIn } from './action.ts';
import { type Calls, type DueEffect, type Hands, nullWhenGone, type Performed } from './perform.ts';

const removed = kept('remove_labels', Type.Object({ label: Type.String() }));

const calls = {
  remove: {
    route: 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}',
    permission: 'Issues or Pull requests: write',
  },
} as const satisfies Calls;

export const removeLabels = {
  name: 'remove_labels',
  description: 'Takes each of these labels off the issue or pull request; one that is not on it is no fault.',
  standing: false,
  withdrawal: 'It happens once; labels that are gone are not put back.',
  subjects: ['issue', 'pull_request'],
  causes: ['issues.unlabeled', 'pull_request.unlabeled'],
  changes: ['issue.labels', 'issue.updated_at', 'pull_request.labels', 'pull_request.updated_at'],
  fields: {
    labels: {
      type: 'texts',
      required: true,
      maximum: 50,
      description: 'Names of the labels, of up to 50 characters each.',
      example: ['needs triage'],
    },
  },
  outcomes: (params: Resolved): readonly Outcome[] =>
    textsIn(params, 'labels').map((label) => ({ target: label.toLowerCase(), params: { label } })),
  summary: (params: Json) => `removes the label ${quoted(removed(params).label)}`,
  isSame: (standing: Json, wanted: Json) =>
    removed(standing).label.toLowerCase() === removed(wanted).label.toLowerCase(),
  ...noLines,
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

async function perform({ params, number }: DueEffect, hands: Hands): Promise<Performed> {
  const { label } = removed(params);
  await hands.write(calls.remove, { issue_number: number, name: label }).catch(nullWhenGone);
  return { performed: null };
}
