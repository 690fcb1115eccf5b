// Endpoints of comments, and of reactions to them and to issues.
import { allow, needsFor, theInstallation } from '../asker.ts';
import {
  type Answer,
  type Call,
  created,
  type Endpoint,
  type Endpoints,
  inRepository,
  nothing,
  ok,
  onIssue,
} from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { invalid, notFound, Refusal } from '../refusal.ts';
import { addComment, removeComment } from '../scenery.ts';
import type { Comment, Level, Reaction, Repository } from '../state.ts';
import { commentView, reactionView } from '../views/issues.ts';
import { byUs } from './by-us.ts';

/** In characters; GitHub's message says so too. */
const LONGEST = 65_536;

const ofRepository = '/repos/{owner}/{repo}/issues/comments';
const ofIssue = '/repos/{owner}/{repo}/issues/{issue_number}';

export const comments: Endpoints = {
  [`GET ${ofIssue}/comments`]: onIssue('read', (call, issue) => {
    const { items, headers } = pageOf(call, since(call, issue.comments), issue.repository);
    return ok(
      items.map((each) => commentView(call.world, each)),
      headers,
    );
  }),
  [`POST ${ofIssue}/comments`]: onIssue('write', (call, issue) => {
    const text = written(call);
    if (issue.locked) throw new Refusal(403, 'Unable to create comment because issue is locked.');
    const { app } = theInstallation(call.asker).installation;
    return created(commentView(call.world, addComment(call.world, issue, byUs(call), text, app)));
  }),
  [`GET ${ofRepository}`]: inRepository('read', ['issues', 'pull_requests'], (call, repository) => {
    const all = [...call.world.comments.values()].filter(({ issue }) => issue.repository === repository);
    const { items, headers } = pageOf(call, since(call, all), repository);
    return ok(
      items.map((each) => commentView(call.world, each)),
      headers,
    );
  }),
  [`GET ${ofRepository}/{comment_id}`]: onComment('read', ({ world }, comment) => ok(commentView(world, comment))),
  [`PATCH ${ofRepository}/{comment_id}`]: onComment('write', (call, comment) => {
    comment.body = written(call);
    comment.updatedAt = call.world.now();
    return ok(commentView(call.world, comment));
  }),
  [`DELETE ${ofRepository}/{comment_id}`]: onComment('write', (call, comment) => {
    removeComment(call.world, comment);
    return nothing;
  }),
  ...reactionsAt(`${ofIssue}/reactions`, (level, answer) =>
    onIssue(level, (call, { reactions }) => answer(call, reactions)),
  ),
  ...reactionsAt(`${ofRepository}/{comment_id}/reactions`, (level, answer) =>
    onComment(level, (call, { reactions }) => answer(call, reactions)),
  ),
};

function onComment(level: Level, answer: (call: Call, comment: Comment) => Answer): Endpoint {
  return inRepository('read', ['issues', 'pull_requests'], (call, repository) => {
    const comment = commentIn(call, repository);
    allow(call.asker, repository, needsFor(comment.issue), level);
    return answer(call, comment);
  });
}

function commentIn({ world, path }: Call, repository: Repository): Comment {
  const comment = world.comments.get(Number(path['comment_id']));
  if (comment?.issue.repository !== repository) throw notFound();
  return comment;
}

function since({ query }: Call, list: readonly Comment[]): readonly Comment[] {
  const from = query['since'];
  return from === undefined ? list : list.filter(({ updatedAt }) => updatedAt >= Date.parse(from));
}

function written({ body }: Call): string {
  const text = String(body['body']);
  if (text.trim() === '') throw invalid({ resource: 'IssueComment', code: 'missing_field', field: 'body' });
  if (text.length > LONGEST) {
    const message = `body is too long (maximum is ${LONGEST} characters)`;
    throw invalid({ resource: 'IssueComment', code: 'custom', field: 'body', message });
  }
  return text;
}

type On = (level: Level, answer: (call: Call, reactions: Reaction[]) => Answer) => Endpoint;

/** One of each content for each account: the same again is answered with the one there is. */
function reactionsAt(path: string, on: On): Endpoints {
  return {
    [`GET ${path}`]: on('read', (call, reactions) => {
      const wanted = call.query['content'];
      const { items, headers } = pageOf(
        call,
        reactions.filter(({ content }) => (wanted ?? content) === content),
      );
      return ok(
        items.map((each) => reactionView(call.world, each)),
        headers,
      );
    }),
    [`POST ${path}`]: on('write', (call, reactions) => {
      const [author, content] = [byUs(call), String(call.body['content'])];
      const known = reactions.find((each) => each.author === author && each.content === content);
      if (known !== undefined) return ok(reactionView(call.world, known));
      const reaction = { id: call.world.nextId('thing'), author, content, createdAt: call.world.now() };
      reactions.push(reaction);
      return created(reactionView(call.world, reaction));
    }),
    [`DELETE ${path}/{reaction_id}`]: on('write', ({ path: { reaction_id } }, reactions) => {
      const at = reactions.findIndex(({ id }) => id === Number(reaction_id));
      if (at < 0) throw notFound();
      reactions.splice(at, 1);
      return nothing;
    }),
  };
}
