// Facts about the moment of one event: what happened, who did it, and to what.
import type { FactEntry } from '../fact.ts';
import { ASSOCIATIONS, entries, OCTOCAT, PERMISSIONS } from './entries.ts';
import { CAUSED_IN_REPOSITORIES, DELIVERED, EVERYWHERE, INSTALLATIONS } from './events.ts';

const moment = (prefix: string, events: readonly string[]) =>
  ({ prefix, scope: 'moment', source: 'payload', events }) as const;

export const momentFacts: readonly FactEntry[] = [
  ...entries(moment('event', EVERYWHERE), [
    ['name', 'string', "GitHub's name of the event.", { example: 'issues', values: EVERYWHERE }],
    ['action', 'string', 'What happened, within the event.', { example: 'labeled' }],
  ]),
  ...entries(moment('', DELIVERED), [
    ['sender', 'user', 'The account whose doing caused the event.', { example: OCTOCAT }],
    [
      'assignee',
      'user',
      'The account that was just assigned or unassigned.',
      { example: OCTOCAT, events: ['issues', 'pull_request'] },
    ],
  ]),
  ...entries({ prefix: 'sender', scope: 'moment', source: 'lookup', events: CAUSED_IN_REPOSITORIES }, [
    [
      'permission',
      'string',
      'What the sender may do with the repository; null without GitHub credentials, or without a sender.',
      { example: 'write', values: PERMISSIONS },
    ],
  ]),
  ...entries(moment('label', ['issues', 'pull_request', 'label']), [
    [
      'name',
      'string',
      'The label that was just added, removed, created, changed or deleted.',
      { example: 'C4GT Community', ignoreCase: true },
    ],
    ['id', 'number', "GitHub's number of that label.", { example: 208045946 }],
    ['color', 'string', 'Its colour, six hexadecimal digits.', { example: 'f29513', ignoreCase: true }],
    ['description', 'string', 'Its description.', { example: 'Open to contributors' }],
  ]),
  ...entries(moment('comment', ['issue_comment']), [
    ['id', 'number', "GitHub's number of the comment.", { example: 1 }],
    ['body', 'string', "The comment's text, in Markdown.", { example: 'May I work on this?' }],
    ['author', 'user', 'The account that wrote the comment.', { example: OCTOCAT }],
    [
      'author_association',
      'string',
      "How the comment's author relates to the repository.",
      { example: 'NONE', values: ASSOCIATIONS },
    ],
    ['html_url', 'string', "The comment's address.", { example: 'https://github.com/o/r/issues/1#issuecomment-1' }],
    ['created_at', 'time', 'When the comment was written.', { example: '2024-05-01T10:00:00Z' }],
    ['updated_at', 'time', 'When the comment was last changed.', { example: '2024-05-01T10:00:00Z' }],
  ]),
  ...entries(moment('review', ['pull_request_review']), [
    ['id', 'number', "GitHub's number of the review.", { example: 1 }],
    [
      'state',
      'string',
      "The review's verdict.",
      { example: 'approved', values: ['approved', 'changes_requested', 'commented', 'dismissed', 'pending'] },
    ],
    ['body', 'string', "The review's text, in Markdown.", { example: 'Looks good to me.' }],
    ['author', 'user', 'The account that reviewed.', { example: OCTOCAT }],
    [
      'author_association',
      'string',
      'How the reviewer relates to the repository.',
      { example: 'MEMBER', values: ASSOCIATIONS },
    ],
    ['html_url', 'string', "The review's address.", { example: 'https://github.com/o/r/pull/2#pullrequestreview-1' }],
    ['submitted_at', 'time', 'When the review was handed in.', { example: '2024-05-01T10:00:00Z' }],
  ]),
  ...entries(moment('installation', DELIVERED), [
    ['id', 'number', "GitHub's number of this app's installation.", { example: 957387 }],
    ['account', 'user', 'Who installed the app.', { example: OCTOCAT, events: INSTALLATIONS }],
    [
      'repository_selection',
      'string',
      'Whether the app sees all of its owner’s repositories, or only chosen ones.',
      { example: 'selected', values: ['all', 'selected'], events: INSTALLATIONS },
    ],
    [
      'repositories',
      'strings',
      'Full names of the repositories the installation has.',
      { example: ['octocat/Hello-World'], ignoreCase: true, events: ['installation'] },
    ],
    [
      'repositories_added',
      'strings',
      'Full names of the repositories just added to the installation.',
      { example: ['octocat/Hello-World'], ignoreCase: true, events: ['installation_repositories'] },
    ],
    [
      'repositories_removed',
      'strings',
      'Full names of the repositories just taken out of the installation.',
      { example: ['octocat/Hello-World'], ignoreCase: true, events: ['installation_repositories'] },
    ],
  ]),
];
