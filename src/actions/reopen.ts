// reopen: opens the issue or pull request again, once.
import Type from 'typebox';
import { Maybe } from '../models/nullable.ts';
import { reader } from '../models/validate.ts';
import { type Action, noLines, type Outcome } from './action.ts';
import type { Calls, DueEffect, Hands, Performed } from './perform.ts';

const onIssue = '/repos/{owner}/{repo}/issues/{issue_number}';
const calls = {
  look: { route: `GET ${onIssue}`, permission: 'Issues or Pull requests: read' },
  reopen: { route: `PATCH ${onIssue}`, permission: 'Issues or Pull requests: write' },
} as const satisfies Calls;

const issueOf = reader(
  Type.Object({
    state: Type.String(),
    pull_request: Maybe(Type.Object({ merged_at: Maybe(Type.String()) })),
  }),
);

export const reopen = {
  name: 'reopen',
  description: 'Opens the issue or pull request again; a merged pull request stays merged.',
  standing: false,
  withdrawal: 'It happens once; what is open stays open until somebody closes it again.',
  subjects: ['issue', 'pull_request'],
  causes: ['issues.reopened', 'pull_request.reopened'],
  changes: [
    ...['issue.state', 'issue.state_reason', 'issue.closed_at', 'issue.updated_at'],
    ...['pull_request.state', 'pull_request.closed_at', 'pull_request.updated_at'],
  ],
  fields: {},
  outcomes: (): readonly Outcome[] => [{ target: '', params: {} }],
  summary: () => 'opens it again',
  isSame: () => true,
  ...noLines,
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

async function perform({ number }: DueEffect, hands: Hands): Promise<Performed> {
  const { state, pull_request: pull } = issueOf(await hands.read(calls.look, { issue_number: number }));
  const isMerged = typeof pull?.merged_at === 'string';
  if (state !== 'open' && !isMerged) await hands.write(calls.reopen, { issue_number: number, state: 'open' });
  return { performed: null };
}
