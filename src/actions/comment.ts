// comment: one comment of ours on the issue or pull request; edited in place as facts change, deleted when withdrawn.
//
// A comment carries a mark of its effect in its last line, which nobody sees. So one that was posted by an attempt of
// which nobody knows the end is found again, and of two that should never have been there one goes.
import Type, { type Static } from 'typebox';
import { Maybe, Nullable } from '../models/nullable.ts';
import { reader } from '../models/validate.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, quoted, type Resolved, textIn } from './action.ts';
import { type Calls, type DueEffect, digestOf, type Hands, nullWhenGone, type Performed } from './perform.ts';

const written = kept('comment', Type.Object({ body: Type.String() }));

/** A comment of ours: its number, and a digest of what it says. */
const Own = Type.Object({ comment: Type.Number(), body: Type.String() });
type Own = Static<typeof Own>;

const visible = kept('comment', Nullable(Own));

const onIssue = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const onComment = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
const calls = {
  list: { route: `GET ${onIssue}`, permission: 'Issues or Pull requests: read' },
  create: { route: `POST ${onIssue}`, permission: 'Issues or Pull requests: write' },
  edit: { route: `PATCH ${onComment}`, permission: 'Issues or Pull requests: write' },
  remove: { route: `DELETE ${onComment}`, permission: 'Issues or Pull requests: write' },
} as const satisfies Calls;

const pageOf = reader(
  Type.Array(
    Type.Object({
      id: Type.Number(),
      body: Maybe(Type.String()),
      user: Maybe(Type.Object({ login: Type.String() })),
    }),
  ),
);
const created = reader(Type.Object({ id: Type.Number() }));

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
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

async function perform(effect: DueEffect, hands: Hands): Promise<Performed> {
  const known = visible(effect.performed);
  const mark = `<!-- c4gt:${digestOf(effect.key)} -->`;
  const ours = known === null || effect.unsure ? await marked(effect, mark, known, hands) : [known];
  const [first = null, ...twins] = ours;
  const twin = twins.at(-1);
  if (twin !== undefined) {
    await hands.write(calls.remove, { comment_id: twin.comment }).catch(nullWhenGone);
    return { performed: first, more: true, unsure: true };
  }
  if (effect.wanted === 'withdraw') {
    if (first !== null) await hands.write(calls.remove, { comment_id: first.comment }).catch(nullWhenGone);
    return { performed: null };
  }
  const text = `${written(effect.params).body}\n\n${mark}`;
  const body = digestOf(text);
  if (first === null) {
    const { id } = created(await hands.write(calls.create, { issue_number: effect.number, body: text }));
    return { performed: { comment: id, body } };
  }
  if (first.body === body) return { performed: first };
  const edited = await hands.write(calls.edit, { comment_id: first.comment, body: text }).catch(nullWhenGone);
  return edited === null ? { performed: null, more: true } : { performed: { comment: first.comment, body } };
}

/**
 * Our comments for this effect, the oldest first: written by our own account and ending in the mark, or known by number,
 * for a maintainer may have added to it. Anybody can copy a mark, and a text that quotes one does not end in it.
 */
async function marked(effect: DueEffect, mark: string, known: Own | null, hands: Hands): Promise<Own[]> {
  const found: Own[] = [];
  for await (const page of hands.list(calls.list, { issue_number: effect.number })) {
    for (const { id, body, user } of pageOf(page)) {
      const text = (body ?? '').replaceAll('\r\n', '\n').trimEnd();
      const isOne = text.endsWith(`\n${mark}`) || id === known?.comment;
      if (isOne && user && (await hands.isUs(user.login))) found.push({ comment: id, body: digestOf(text) });
    }
  }
  return found.sort((one, other) => one.comment - other.comment);
}
