// remove_labels: takes these labels off the issue or pull request, once.
import type { Json } from '../store/store.ts';
import { type Action, noLines, quoted } from './action.ts';
import { hasLabel, isSameLabel, labelCalls, labelOf, labelOutcomes, labelsField } from './labels.ts';
import { type DueEffect, type Hands, nullWhenGone, type Performed } from './perform.ts';

const removed = labelOf('remove_labels');
const { list, remove } = labelCalls;

export const removeLabels = {
  name: 'remove_labels',
  description: 'Takes each of these labels off the issue or pull request; one that is not on it is no fault.',
  standing: false,
  withdrawal: 'It happens once; labels that are gone are not put back.',
  subjects: ['issue', 'pull_request'],
  causes: ['issues.unlabeled', 'pull_request.unlabeled'],
  changes: ['issue.labels', 'issue.updated_at', 'pull_request.labels', 'pull_request.updated_at'],
  fields: { labels: labelsField(['needs triage']) },
  outcomes: labelOutcomes,
  summary: (params: Json) => `removes the label ${quoted(removed(params))}`,
  isSame: (standing: Json, wanted: Json) => isSameLabel(removed(standing), removed(wanted)),
  ...noLines,
  outward: { medium: 'github', calls: [list, remove], perform },
} as const satisfies Action;

async function perform({ params, number }: DueEffect, hands: Hands): Promise<Performed> {
  const label = removed(params);
  // Writes are few an hour, reads are many: most labels that a rule takes off are not there.
  if (await hasLabel(hands, number, label))
    await hands.write(remove, { issue_number: number, name: label }).catch(nullWhenGone);
  return { performed: null };
}
