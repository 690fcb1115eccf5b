// add_labels: the issue or pull request has these labels; withdrawn, those that we ourselves added are removed.
import Type from 'typebox';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, quoted, type Resolved, textsIn } from './action.ts';

const added = kept('add_labels', Type.Object({ label: Type.String() }));

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
  /** GitHub tells labels apart without regard to case. */
  isSame: (standing: Json, wanted: Json) => added(standing).label.toLowerCase() === added(wanted).label.toLowerCase(),
  ...noLines,
} as const satisfies Action;
