// Issues and pull requests of a repository, page by page, and a pull request in full.
import Type from 'typebox';
import { Issue } from '../models/issue.ts';
import { PullRequest } from '../models/pull-request.ts';
import type { Repository } from '../models/repository.ts';
import { answerReader } from './answer.ts';
import type { GitHub } from './github.ts';
import { PER_PAGE } from './next-page.ts';

const ISSUES = 'GET /repos/{owner}/{repo}/issues';
const PULLS = 'GET /repos/{owner}/{repo}/pulls';
const PULL = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const issuesAnswer = answerReader(ISSUES, Type.Array(Issue));
const pullsAnswer = answerReader(PULLS, Type.Array(PullRequest));
const pullAnswer = answerReader(PULL, PullRequest);

export interface Page<T> {
  readonly items: readonly T[];
  readonly isLast: boolean;
}

/**
 * Issues, and pull requests as the issues that they also are, in the order in which they were last changed.
 * https://docs.github.com/rest/issues/issues#list-repository-issues
 *
 * @param chosen `since`: only what has changed since then, ISO 8601; null: all there is
 * @throws GitHubFailure with status 410 where the repository has no issues
 */
export async function issuesOn(
  github: GitHub,
  { full_name: name }: Repository,
  chosen: { readonly state: 'open' | 'all'; readonly since: string | null; readonly page: number },
  signal?: AbortSignal,
): Promise<Page<Issue>> {
  const { since, ...rest } = chosen;
  const parameters = { ...rest, ...(since === null ? {} : { since }), sort: 'updated', direction: 'asc' };
  const { data, next } = await github.request(ISSUES, { ...place(name), per_page: PER_PAGE, ...parameters }, signal);
  return { items: issuesAnswer(data), isLast: next === null };
}

/**
 * Pull requests in their simple form: the open ones, oldest first, or all, those first that were last changed.
 * https://docs.github.com/rest/pulls/pulls#list-pull-requests
 *
 * @throws GitHubFailure
 */
export async function pullRequestsOn(
  github: GitHub,
  { full_name: name }: Repository,
  chosen: { readonly state: 'open' | 'all'; readonly page: number },
  signal?: AbortSignal,
): Promise<Page<PullRequest>> {
  const order = chosen.state === 'open' ? ['created', 'asc'] : ['updated', 'desc'];
  const parameters = { ...chosen, sort: order[0], direction: order[1] };
  const { data, next } = await github.request(PULLS, { ...place(name), per_page: PER_PAGE, ...parameters }, signal);
  return { items: pullsAnswer(data), isLast: next === null };
}

/**
 * A pull request in full; only so GitHub says who merged it.
 * https://docs.github.com/rest/pulls/pulls#get-a-pull-request
 *
 * @throws GitHubFailure
 */
export async function pullRequestIn(
  github: GitHub,
  { full_name: name }: Repository,
  number: number,
  signal?: AbortSignal,
): Promise<PullRequest> {
  const { data } = await github.request(PULL, { ...place(name), pull_number: number }, signal);
  return pullAnswer(data);
}

function place(name: string): { owner: string; repo: string } {
  const [owner = '', repo = ''] = name.split('/');
  return { owner, repo };
}
