// add_labels: the issue or pull request has these labels; withdrawn, those that we ourselves added are removed.
import Type from 'typebox';
import { Nullable } from '../models/nullable.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, quoted } from './action.ts';
import { labelCalls as calls, hasLabel, isSameLabel, labelOf, labelOutcomes, labelsField } from './labels.ts';
import { type DueEffect, type Hands, nullWhenGone, type Performed } from './perform.ts';

const added = labelOf('add_labels');

/** Whether it was us who added it. */
const visible = kept('add_labels', Nullable(Type.Object({ added: Type.Boolean() })));

export const addLabels = {
  name: 'add_labels',
  description: 'Sees to it that the issue or pull request has each of these labels.',
  standing: true,
  withdrawal: 'Withdrawn, a label that we ourselves added is removed.',
  subjects: ['issue', 'pull_request'],
  // GitHub creates a label that the repository does not have.
  causes: ['issues.labeled', 'issues.unlabeled', 'pull_request.labeled', 'pull_request.unlabeled', 'label.created'],
  changes: ['issue.labels', 'issue.updated_at', 'pull_request.labels', 'pull_request.updated_at'],
  fields: { labels: labelsField(['good first issue']) },
  outcomes: labelOutcomes,
  summary: (params: Json) => `adds the label ${quoted(added(params))}`,
  isSame: (standing: Json, wanted: Json) => isSameLabel(added(standing), added(wanted)),
  ...noLines,
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

async function perform(effect: DueEffect, hands: Hands): Promise<Performed> {
  const label = added(effect.params);
  const ours = visible(effect.performed)?.added === true;
  if (effect.wanted === 'withdraw') {
    if (!ours) return { performed: null };
    const heir = effect.others.find(({ params }) => isSameLabel(added(params), label));
    if (heir !== undefined) return { performed: null, heir: { key: heir.key, performed: { added: true } } };
    await hands.write(calls.remove, { issue_number: effect.number, name: label }).catch(nullWhenGone);
    return { performed: null };
  }
  if (await hasLabel(hands, effect.number, label)) return { performed: { added: ours } };
  // Should nobody ever know whether it was added: if it is there then, it was us.
  await hands.write(calls.add, { issue_number: effect.number, labels: [label] }, { added: true });
  return { performed: { added: true } };
}
