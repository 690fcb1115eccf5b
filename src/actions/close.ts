// close: closes the issue or pull request, once.
import Type from 'typebox';
import type { Facts } from '../facts/fact.ts';
import { Nullable } from '../models/nullable.ts';
import { reader } from '../models/validate.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, type Resolved, textIn } from './action.ts';
import type { Calls, DueEffect, Hands, Performed } from './perform.ts';

const closed = kept('close', Type.Object({ reason: Nullable(Type.String()) }));

const onIssue = '/repos/{owner}/{repo}/issues/{issue_number}';
const calls = {
  look: { route: `GET ${onIssue}`, permission: 'Issues or Pull requests: read' },
  close: { route: `PATCH ${onIssue}`, permission: 'Issues or Pull requests: write' },
} as const satisfies Calls;

const issueOf = reader(Type.Object({ state: Type.String() }));

const WORDS: ReadonlyMap<string | null, string> = new Map([
  [null, 'closes it'],
  ['completed', 'closes it as completed'],
  ['not_planned', 'closes it as not planned'],
  ['duplicate', 'closes it as a duplicate'],
]);

export const close = {
  name: 'close',
  description: 'Closes the issue or pull request.',
  standing: false,
  withdrawal: 'It happens once; what is closed stays closed until somebody opens it again.',
  subjects: ['issue', 'pull_request'],
  causes: ['issues.closed', 'pull_request.closed'],
  changes: [
    ...['issue.state', 'issue.state_reason', 'issue.closed_at', 'issue.updated_at'],
    ...['pull_request.state', 'pull_request.closed_at', 'pull_request.updated_at'],
  ],
  fields: {
    reason: {
      type: 'choice',
      required: false,
      values: ['completed', 'not_planned', 'duplicate'],
      description: 'Why an issue is closed; pull requests have no such reason.',
      example: 'not_planned',
    },
  },
  outcomes(params: Resolved, facts: Facts): readonly Outcome[] {
    const reason = facts['pull_request.number'] === undefined ? textIn(params, 'reason') : null;
    return [{ target: '', params: { reason } }];
  },
  summary: (params: Json) => WORDS.get(closed(params).reason) ?? 'closes it',
  isSame: (standing: Json, wanted: Json) => closed(standing).reason === closed(wanted).reason,
  ...noLines,
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

async function perform({ params, number }: DueEffect, hands: Hands): Promise<Performed> {
  const { reason } = closed(params);
  // GitHub leaves the reason of what is closed already as it is.
  if (issueOf(await hands.read(calls.look, { issue_number: number })).state !== 'closed') {
    const why = reason === null ? {} : { state_reason: reason };
    await hands.write(calls.close, { issue_number: number, state: 'closed', ...why });
  }
  return { performed: null };
}
