// What the actions on labels share: how rules name them, that each is an effect of its own, and whether one is there.
import Type from 'typebox';
import { reader } from '../models/validate.ts';
import type { Json } from '../store/store.ts';
import { kept, type Outcome, type Resolved, textsIn } from './action.ts';
import type { Call, Hands } from './perform.ts';

const onIssue = '/repos/{owner}/{repo}/issues/{issue_number}/labels';

export const labelCalls = {
  list: { route: `GET ${onIssue}`, permission: 'Issues or Pull requests: read' },
  add: { route: `POST ${onIssue}`, permission: 'Issues or Pull requests: write' },
  remove: { route: `DELETE ${onIssue}/{name}`, permission: 'Issues or Pull requests: write' },
} as const satisfies Record<string, Call>;

/** @param example names of labels */
export function labelsField(example: readonly string[]) {
  const description = 'Names of the labels, of up to 50 characters each.';
  return { type: 'texts', required: true, maximum: 50, description, example: [...example] } as const;
}

/** One for each label, so that one that is no longer wanted leaves by itself. */
export function labelOutcomes(params: Resolved): readonly Outcome[] {
  return textsIn(params, 'labels').map((label) => ({ target: label.toLowerCase(), params: { label } }));
}

/** Reads back the label of an outcome. */
export function labelOf(action: string): (params: Json) => string {
  const read = kept(action, Type.Object({ label: Type.String() }));
  return (params) => read(params).label;
}

/** GitHub tells labels apart without regard to case. */
export function isSameLabel(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const pageOf = reader(Type.Array(Type.Object({ name: Type.String() })));

export async function hasLabel(hands: Hands, issue: number, label: string): Promise<boolean> {
  for await (const page of hands.list(labelCalls.list, { issue_number: issue }))
    if (pageOf(page).some(({ name }) => isSameLabel(name, label))) return true;
  return false;
}
