// Facts of the ticket form, and facts that are looked up when a rule asks for them.
import { COMPLEXITIES, REQUIRED_FIELDS } from '../../models/ticket.ts';
import type { FactEntry } from '../fact.ts';
import { entries, OCTOCAT, type Row } from './entries.ts';
import { ISSUES, PULL_REQUESTS } from './events.ts';

const form: readonly Row[] = [
  ['product', 'string', 'Product Name, or null.', { example: 'Sunbird' }],
  ['organisation', 'string', 'Organisation Name, or null.', { example: 'Code for GovTech' }],
  ['domain', 'string', 'Domain, or null.', { example: 'Education' }],
  ['complexity', 'string', 'Complexity, or null where none is known.', { example: 'Medium', values: COMPLEXITIES }],
  ['skills', 'strings', 'Tech Skills Needed.', { example: ['Node.js', 'C#', 'CI/CD'], ignoreCase: true }],
  [
    'mentors',
    'strings',
    'Mentor(s), or Organizational Mentor: logins where given, else names.',
    { example: ['octocat'], ignoreCase: true },
  ],
  [
    'angel_mentors',
    'strings',
    'Angel Mentor: logins where given, else names.',
    { example: ['octocat'], ignoreCase: true },
  ],
  ['category', 'strings', 'Category.', { example: ['Backend', 'API'], ignoreCase: true }],
  ['sub_category', 'strings', 'Sub Category, on older forms.', { example: ['Database'], ignoreCase: true }],
  [
    'missing_fields',
    'strings',
    'Fields a ticket must have that are empty or not understood, as the form names them.',
    { example: ['Complexity', 'Mentor(s)'], values: REQUIRED_FIELDS },
  ],
];

/** The ticket's issue, as far as it matters to whoever closes it. */
const issue: readonly Row[] = [
  [
    'repository',
    'string',
    "Full name of the ticket's repository.",
    { example: 'octocat/Hello-World', ignoreCase: true },
  ],
  ['number', 'number', "The ticket's number; it exists only if a ticket was found.", { example: 42 }],
  ['title', 'string', "The ticket's title.", { example: 'Export the report as CSV' }],
  ['html_url', 'string', "The ticket's address.", { example: 'https://github.com/o/r/issues/42' }],
  ['labels', 'strings', 'Names of the labels on the ticket.', { example: ['C4GT Community'], ignoreCase: true }],
  ['author', 'user', 'The account that opened the ticket.', { example: OCTOCAT }],
  ['assignees', 'users', 'The accounts assigned to the ticket.', { example: [OCTOCAT] }],
  ['state', 'string', 'Whether the ticket is open or closed.', { example: 'closed', values: ['open', 'closed'] }],
];

const lookedUp = (prefix: string, events: readonly string[]) =>
  ({ prefix, scope: 'state', source: 'lookup', events }) as const;

export const ticketCatalogue: readonly FactEntry[] = [
  ...entries({ prefix: 'ticket', scope: 'state', source: 'parsed', events: ISSUES }, form),
  ...entries(lookedUp('pull_request.ticket', PULL_REQUESTS), [
    ...issue,
    ...form.map(
      ([name, type, meaning, extras]): Row => [name, type, `Of the ticket it closes: ${meaning}`, extras ?? {}],
    ),
  ]),
  ...entries(lookedUp('pull_request', PULL_REQUESTS), [
    [
      'closes',
      'strings',
      'The issues that merging it closes: those linked by hand, and those that the closing keywords of its description name; once merged, of the description it was merged with.',
      { example: ['octocat/Hello-World#42'], ignoreCase: true },
    ],
    [
      'approved_by',
      'users',
      'Owners, members and collaborators, bots left out, whose latest verdict before the merge is an approval.',
      { example: [OCTOCAT] },
    ],
    [
      'files',
      'strings',
      'Paths of the files it changes, up to 3,000; null without GitHub credentials.',
      { example: ['src/report.ts', 'docs/report.md'] },
    ],
  ]),
];
