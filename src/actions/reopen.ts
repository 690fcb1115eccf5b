// reopen: opens the issue or pull request again, once.
import { type Action, noLines, type Outcome } from './action.ts';

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
} as const satisfies Action;
