// Endpoints of pull requests: they themselves, their reviews, and the files they change.
import { type Call, type Endpoints, inRepository, isPull, ok, onPull, textOf } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import type { PullRequest, Repository } from '../state.ts';
import { fileView, pullView, reviewView, wholePullView } from '../views/pulls.ts';
import { byUs } from './by-us.ts';
import { setState } from './issues.ts';

const one = '/repos/{owner}/{repo}/pulls/{pull_number}';
/** https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const MOST_FILES = 3_000;

export const pulls: Endpoints = {
  'GET /repos/{owner}/{repo}/pulls': inRepository('read', ['pull_requests'], (call, repository) => {
    const { items, headers } = pageOf(call, chosen(call, repository), repository);
    return ok(
      items.map((each) => pullView(call.world, each)),
      headers,
    );
  }),
  [`GET ${one}`]: onPull('read', ({ world }, pull) => ok(wholePullView(world, pull))),
  [`PATCH ${one}`]: onPull('write', (call, pull) => {
    const { title, body, state } = call.body;
    if (title !== undefined) pull.title = String(title);
    if (body !== undefined) pull.body = textOf(body);
    if (state === 'open' || state === 'closed') setState(pull, state, null, byUs(call), call.world.now());
    pull.updatedAt = call.world.now();
    return ok(wholePullView(call.world, pull));
  }),
  [`GET ${one}/reviews`]: onPull('read', (call, pull) => {
    const { items, headers } = pageOf(call, pull.pull.reviews, pull.repository);
    return ok(
      items.map((each) => reviewView(call.world, pull, each)),
      headers,
    );
  }),
  [`GET ${one}/files`]: onPull('read', (call, pull) => {
    const { items, headers } = pageOf(call, pull.pull.files.slice(0, MOST_FILES), pull.repository);
    return ok(
      items.map((each) => fileView(call.world, pull, each)),
      headers,
    );
  }),
};

/** By default the open ones, newest first. */
function chosen({ query }: Call, repository: Repository): readonly PullRequest[] {
  const state = query['state'] ?? 'open';
  const key = query['sort'] === 'updated' ? 'updatedAt' : 'createdAt';
  const direction = (query['direction'] ?? (query['sort'] === undefined ? 'desc' : 'asc')) === 'asc' ? 1 : -1;
  return [...repository.issues.values()]
    .filter(isPull)
    .filter((pull) => state === 'all' || pull.state === state)
    .sort((first, second) => direction * (first[key] - second[key] || first.number - second.number));
}
