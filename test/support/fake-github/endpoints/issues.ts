// Endpoints of issues, and of pull requests as the issues that they also are.
import { type Call, type Endpoints, inRepository, listOf, ok, onIssue, textOf } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { invalid } from '../refusal.ts';
import { ensureLabel } from '../scenery.ts';
import type { Account, Issue } from '../state.ts';
import { issueView } from '../views/issues.ts';
import { accountOf } from '../world.ts';
import { byUs } from './by-us.ts';

export const issues: Endpoints = {
  'GET /repos/{owner}/{repo}/issues': inRepository('read', ['issues', 'pull_requests'], (call, repository) => {
    const { items, headers } = pageOf(call, chosen(call, [...repository.issues.values()]), repository);
    return ok(
      items.map((each) => issueView(call.world, each)),
      headers,
    );
  }),
  'GET /repos/{owner}/{repo}/issues/{issue_number}': onIssue('read', ({ world }, issue) => ok(issueView(world, issue))),
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}': onIssue('write', (call, issue) => {
    change(call, issue);
    return ok(issueView(call.world, issue));
  }),
};

/** By default the open ones, newest first. */
function chosen({ query }: Call, all: readonly Issue[]): readonly Issue[] {
  const state = query['state'] ?? 'open';
  const since = Date.parse(query['since'] ?? '1970-01-01T00:00:00Z');
  const labels = (query['labels'] ?? '').toLowerCase().split(',').filter(Boolean);
  const creator = query['creator']?.toLowerCase();
  const key = query['sort'] ?? 'created';
  const direction = query['direction'] === 'asc' ? 1 : -1;
  const value = (issue: Issue) =>
    key === 'comments' ? issue.comments.length : key === 'updated' ? issue.updatedAt : issue.createdAt;
  return all
    .filter((issue) => !issue.deleted && (state === 'all' || issue.state === state) && issue.updatedAt >= since)
    .filter((issue) => labels.every((label) => issue.labels.some(({ name }) => name.toLowerCase() === label)))
    .filter((issue) => creator === undefined || issue.author.login.toLowerCase() === creator)
    .sort((one, other) => direction * (value(one) - value(other) || one.number - other.number));
}

/** https://docs.github.com/rest/issues/issues#update-an-issue */
function change(call: Call, issue: Issue): void {
  const { world, body } = call;
  const { title, body: text, state, labels, assignees } = body;
  if (title !== undefined) issue.title = String(title);
  if (text !== undefined) issue.body = textOf(text);
  if (labels !== undefined) {
    issue.labels = listOf(labels).map((label) => ensureLabel(world, issue.repository, nameOf(label)));
  }
  if (assignees !== undefined) {
    issue.assignees = listOf(assignees).flatMap((login) => accountOf(world, String(login)) ?? []);
  }
  const reason = body['state_reason'];
  if (state === 'open' || state === 'closed') setState(issue, state, textOf(reason), byUs(call), world.now());
  issue.updatedAt = world.now();
}

/** A label is given by its name, or as an object that has one. */
export function nameOf(label: unknown): string {
  return typeof label === 'string' ? label : String(Object(label).name);
}

export function setState(issue: Issue, state: Issue['state'], reason: string | null, by: Account, now: number): void {
  if (state === issue.state) return;
  if (state === 'open' && (issue.pull?.mergedAt ?? null) !== null) {
    throw invalid({
      resource: 'Issue',
      code: 'invalid',
      field: 'state',
      message: 'A merged pull request cannot be reopened.',
    });
  }
  issue.state = state;
  issue.closedAt = state === 'closed' ? now : null;
  issue.closedBy = state === 'closed' ? by : null;
  // Pull requests have no reason; the description allows only these.
  const given = (['completed', 'not_planned', 'duplicate'] as const).find((each) => each === reason);
  issue.stateReason = issue.pull !== null ? null : state === 'open' ? 'reopened' : (given ?? 'completed');
}
