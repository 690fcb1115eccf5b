// comment: one comment of ours on the issue or pull request; edited in place as facts change, deleted when withdrawn.
import Type from 'typebox';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, quoted, type Resolved, textIn } from './action.ts';

const written = kept('comment', Type.Object({ body: Type.String() }));

export const comment = {
  name: 'comment',
  description: 'Keeps one comment of ours on the issue or pull request, and edits it in place.',
  standing: true,
  withdrawal: 'Withdrawn, the comment is deleted.',
  subjects: ['issue', 'pull_request'],
  causes: ['issue_comment.created', 'issue_comment.edited', 'issue_comment.deleted'],
  changes: ['issue.comments', 'issue.updated_at', 'pull_request.comments', 'pull_request.updated_at'],
  fields: {
    body: {
      type: 'markdown',
      required: true,
      description: 'What it says; a body that comes to nothing is no comment.',
      example: "Please add: {{ ticket.missing_fields | join: ', ' }}.",
    },
  },
  outcomes(params: Resolved): readonly Outcome[] {
    const body = textIn(params, 'body');
    return body === null ? [] : [{ target: '', params: { body } }];
  },
  summary: (params: Json) => `comments ${quoted(written(params).body)}`,
  isSame: (standing: Json, wanted: Json) => written(standing).body === written(wanted).body,
  ...noLines,
} as const satisfies Action;
