// Facts about the state of issues, pull requests, and where they live.
import type { FactEntry } from '../fact.ts';
import { ASSOCIATIONS, entries, OCTOCAT, type Row } from './entries.ts';
import { IN_REPOSITORIES, ISSUES, PULL_REQUESTS } from './events.ts';

const state = (prefix: string, events: readonly string[]) =>
  ({ prefix, scope: 'state', source: 'payload', events }) as const;

/** What issues and pull requests have in common. */
const shared = (it: string, address: string): readonly Row[] => [
  ['number', 'number', `${it}'s number in its repository.`, { example: 42 }],
  ['title', 'string', `${it}'s title.`, { example: 'Export the report as CSV' }],
  ['body', 'string', `${it}'s text, in Markdown; null where nothing was written.`, { example: '### Product Name' }],
  ['html_url', 'string', `${it}'s address.`, { example: address }],
  ['author', 'user', `The account that opened ${lower(it)}.`, { example: OCTOCAT }],
  [
    'author_association',
    'string',
    'How the author relates to the repository.',
    { example: 'CONTRIBUTOR', values: ASSOCIATIONS },
  ],
  ['labels', 'strings', `Names of the labels on ${lower(it)}.`, { example: ['C4GT Community'], ignoreCase: true }],
  ['assignees', 'users', `The accounts assigned to ${lower(it)}.`, { example: [OCTOCAT] }],
  ['milestone', 'string', 'Title of its milestone; null where there is none.', { example: 'v1.0' }],
  ['locked', 'boolean', `Whether ${lower(it)}'s conversation is locked.`, { example: false }],
  ['created_at', 'time', `When ${lower(it)} was opened.`, { example: '2024-05-01T10:00:00Z' }],
  ['updated_at', 'time', `When anything about ${lower(it)} last changed.`, { example: '2024-05-01T10:00:00Z' }],
  ['closed_at', 'time', `When ${lower(it)} was closed; null while it is open.`, { example: '2024-05-02T10:00:00Z' }],
];

const lower = (it: string): string => it.charAt(0).toLowerCase() + it.slice(1);

const only = { events: ['pull_request'] };

export const subjectFacts: readonly FactEntry[] = [
  ...entries(state('issue', ISSUES), [
    ...shared('The issue', 'https://github.com/o/r/issues/42'),
    ['state', 'string', 'Whether the issue is open or closed.', { example: 'open', values: ['open', 'closed'] }],
    [
      'state_reason',
      'string',
      'Why it was closed or opened again; null where nobody said.',
      { example: 'completed', values: ['completed', 'not_planned', 'duplicate', 'reopened'] },
    ],
    ['type', 'string', "The issue's type, as its organisation names it; null without one.", { example: 'Bug' }],
    ['comments', 'number', 'How many comments it has.', { example: 3 }],
    ['is_pull_request', 'boolean', 'Whether the comment is on a pull request instead of an issue.', { example: false }],
  ]),
  ...entries(state('pull_request', PULL_REQUESTS), [
    ...shared('The pull request', 'https://github.com/o/r/pull/42'),
    [
      'state',
      'string',
      'Whether it is open or closed; merged is closed.',
      { example: 'open', values: ['open', 'closed'] },
    ],
    ['draft', 'boolean', 'Whether it is a draft.', { example: false }],
    ['merged', 'boolean', 'Whether it was merged.', { example: true }],
    ['merged_at', 'time', 'When it was merged; null if it was not.', { example: '2024-05-02T10:00:00Z' }],
    ['merged_by', 'user', 'The account that merged it; null if it was not.', { example: OCTOCAT, ...only }],
    ['requested_reviewers', 'users', 'The accounts asked for a review, teams left out.', { example: [OCTOCAT] }],
    ['base.ref', 'string', 'The branch it goes into.', { example: 'main' }],
    ['base.sha', 'string', 'The commit it starts from.', { example: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e' }],
    ['head.ref', 'string', 'The branch it comes from.', { example: 'csv-export' }],
    ['head.sha', 'string', 'Its newest commit.', { example: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821' }],
    ['additions', 'number', 'Lines added.', { example: 120, ...only }],
    ['deletions', 'number', 'Lines removed.', { example: 7, ...only }],
    ['changed_files', 'number', 'Files changed.', { example: 4, ...only }],
    ['commits', 'number', 'Commits in it.', { example: 2, ...only }],
    ['comments', 'number', 'Comments on its conversation.', { example: 3, ...only }],
    ['review_comments', 'number', 'Review comments on its lines.', { example: 5, ...only }],
  ]),
  ...entries(state('repository', IN_REPOSITORIES), [
    ['id', 'number', "GitHub's number of the repository; survives renames.", { example: 1296269 }],
    ['name', 'string', "The repository's name without its owner.", { example: 'Hello-World', ignoreCase: true }],
    ['full_name', 'string', 'Owner and name.', { example: 'octocat/Hello-World', ignoreCase: true }],
    ['owner', 'string', "Login of the repository's owner.", { example: 'octocat', ignoreCase: true }],
    ['private', 'boolean', 'Whether only its members can see it.', { example: false }],
    ['archived', 'boolean', 'Whether it is archived.', { example: false }],
    ['fork', 'boolean', 'Whether it is a fork of another.', { example: false }],
    ['default_branch', 'string', 'Its default branch.', { example: 'main' }],
    ['description', 'string', 'Its description; null without one.', { example: 'My first repository' }],
    ['topics', 'strings', 'Its topics.', { example: ['govtech'], ignoreCase: true }],
    ['language', 'string', 'The language most of it is written in; null if unknown.', { example: 'TypeScript' }],
    ['html_url', 'string', 'Its address.', { example: 'https://github.com/octocat/Hello-World' }],
  ]),
  ...entries(state('organization', IN_REPOSITORIES), [
    ['id', 'number', "GitHub's number of the organisation that owns the repository.", { example: 9919 }],
    ['login', 'string', 'Its login.', { example: 'Code4GovTech', ignoreCase: true }],
  ]),
];
