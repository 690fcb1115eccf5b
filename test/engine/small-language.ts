// A small language of rules for tests: facts of every type and source, events of every kind, and one action.
import type { Action, Actions } from '../../src/actions/action.ts';
import type { Vocabulary } from '../../src/engine/language.ts';
import type { FactEntry, FactType } from '../../src/facts/fact.ts';

const TYPES: readonly (readonly [string, FactType, { readonly ignoreCase?: true }])[] = [
  ['text', 'string', {}],
  ['name', 'string', { ignoreCase: true }],
  ['size', 'number', {}],
  ['locked', 'boolean', {}],
  ['changed', 'time', {}],
  ['author', 'user', {}],
  ['words', 'strings', {}],
  ['labels', 'strings', { ignoreCase: true }],
  ['people', 'users', {}],
];

/** A fact of every type, `issue.text`, `issue.size`, … */
function factsOf(
  family: string,
  events: readonly string[],
  { scope = 'state', source = 'payload' }: Partial<Pick<FactEntry, 'scope' | 'source'>> = {},
): FactEntry[] {
  return TYPES.map(([part, type, more]) => {
    const name = `${family}.${part}`;
    return { name, type, scope, source, events, meaning: `A ${type} for tests.`, ...more };
  });
}

const IN_REPOSITORIES = ['issues', 'issue_comment', 'pull_request', 'label', 'schedule'];
export const repository: readonly FactEntry[] = [
  { name: 'repository.id', type: 'number', scope: 'state', source: 'payload', events: IN_REPOSITORIES, meaning: 'Id.' },
  {
    name: 'repository.full_name',
    type: 'string',
    scope: 'state',
    source: 'payload',
    events: IN_REPOSITORIES,
    ignoreCase: true,
    meaning: 'Its name.',
  },
];

export const ofIssues = factsOf('issue', ['issues', 'issue_comment', 'schedule']);
export const ofPullRequests = [
  ...factsOf('pull_request', ['pull_request', 'schedule']),
  ...factsOf('pull_request.ticket', ['pull_request', 'schedule'], { source: 'lookup' }),
];
export const ofContributors = factsOf('contributor', ['contributor'], { source: 'ledger' });
export const ofMoments = factsOf('sender', ['issues', 'issue_comment', 'pull_request', 'label'], { scope: 'moment' });

const facts: readonly FactEntry[] = [...ofIssues, ...ofPullRequests, ...ofContributors, ...ofMoments, ...repository];

const lookups: ReadonlySet<string> = new Set(facts.filter(({ source }) => source === 'lookup').map(({ name }) => name));
export const isLookup = (fact: string): boolean => lookups.has(fact);

/** Stands for whoever it is given, or once; fails on a size above 5. What it says, and why, is in its lines. */
const mark = {
  name: 'mark',
  description: 'Marks.',
  standing: true,
  withdrawal: 'Withdrawn, it is unmarked.',
  subjects: null,
  causes: [],
  changes: [],
  fields: {
    to: { type: 'users', required: false, description: 'Whom.', example: { fact: 'issue.author' } },
    size: { type: 'number', required: false, minimum: -5, maximum: 5, description: 'How much.', example: 1 },
    said: { type: 'text', required: false, description: 'What is said.', example: 'Hello' },
  },
  outward: null,
  summary: () => 'marks',
  outcomes: ({ to, size = 0, said = '' }) => {
    const params = { size: Number(size), said: String(said) };
    if (!Array.isArray(to)) return [{ target: '', params }];
    return to.flatMap((user) => (typeof user === 'object' ? [{ target: String(user.id), params }] : []));
  },
  isSame: (standing, wanted) => JSON.stringify(standing) === JSON.stringify(wanted),
  stand: ({ key }) => ({ unlisted: [`stand ${key}`] }),
  replace: (_, { key }) => ({ unlisted: [`replace ${key}`] }),
  withdraw: ({ key }, because) => ({ reversals: [{ effect: key, reason: because }] }),
} satisfies Action;

export const actions: Actions = { mark };

export const vocabulary: Vocabulary = {
  facts,
  events: [
    { event: 'issues', actions: ['opened', 'labeled', 'closed'], subject: 'issue' },
    { event: 'issue_comment', actions: ['created'], subject: 'issue' },
    { event: 'pull_request', actions: ['opened', 'closed'], subject: 'pull_request' },
    { event: 'label', actions: ['created'], subject: null },
    { event: 'contributor', actions: [], subject: 'contributor' },
    { event: 'schedule', actions: ['daily'], subject: 'any' },
  ],
  actions,
};
