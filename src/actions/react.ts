// react: a reaction of ours to the comment that was just written, or else to the issue or pull request, once.
import Type from 'typebox';
import type { Facts } from '../facts/fact.ts';
import { Nullable } from '../models/nullable.ts';
import type { Json } from '../store/store.ts';
import { type Action, kept, noLines, type Outcome, type Resolved, textIn } from './action.ts';
import type { Calls, DueEffect, Hands, Performed } from './perform.ts';

const reaction = kept('react', Type.Object({ content: Type.String(), comment: Nullable(Type.Number()) }));

const ofRepository = '/repos/{owner}/{repo}/issues';
const calls = {
  toIssue: { route: `POST ${ofRepository}/{issue_number}/reactions`, permission: 'Issues or Pull requests: write' },
  toComment: {
    route: `POST ${ofRepository}/comments/{comment_id}/reactions`,
    permission: 'Issues or Pull requests: write',
  },
} as const satisfies Calls;

export const react = {
  name: 'react',
  description: 'Reacts to the comment that the event is about, or else to the issue or pull request.',
  standing: false,
  withdrawal: 'It happens once; a reaction is not taken back.',
  subjects: ['issue', 'pull_request'],
  causes: [],
  changes: [],
  fields: {
    content: {
      type: 'choice',
      required: true,
      // https://docs.github.com/rest/reactions/reactions#about-reactions
      values: ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'],
      description: 'Which of GitHub’s reactions; `"+1"` and `"-1"` in quotes, or they are numbers.',
      example: 'heart',
    },
  },
  outcomes(params: Resolved, facts: Facts): readonly Outcome[] {
    const content = textIn(params, 'content');
    const comment = facts['comment.id'];
    return content === null
      ? []
      : [{ target: content, params: { content, comment: typeof comment === 'number' ? comment : null } }];
  },
  summary(params: Json) {
    const { content, comment } = reaction(params);
    return `reacts with ${content}${comment === null ? '' : ' to the comment'}`;
  },
  isSame(standing: Json, wanted: Json) {
    const [before, after] = [reaction(standing), reaction(wanted)];
    return before.content === after.content && before.comment === after.comment;
  },
  ...noLines,
  outward: { medium: 'github', calls: Object.values(calls), perform },
} as const satisfies Action;

/** An account has each reaction once, however often it reacts. */
async function perform({ params, number }: DueEffect, hands: Hands): Promise<Performed> {
  const { content, comment } = reaction(params);
  if (comment === null) await hands.write(calls.toIssue, { issue_number: number, content });
  else await hands.write(calls.toComment, { comment_id: comment, content });
  return { performed: null };
}
