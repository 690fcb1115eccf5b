// What an endpoint is: a function from a request that fits GitHub's description to an answer, or a thrown Refusal.
import { type Asker, allow, needsFor, theApp, theInstallation } from './asker.ts';
import { notFound, Refusal } from './refusal.ts';
import type { App, Installation, Issue, Level, PullRequest, Repository } from './state.ts';
import { fullName, repositoryOf, type World } from './world.ts';

export interface Call {
  readonly world: World;
  readonly asker: Asker;
  readonly method: string;
  /** Root of the API as this request called it. */
  readonly base: string;
  /** From the root, without its query. */
  readonly pathname: string;
  readonly search: URLSearchParams;
  readonly path: Given<string>;
  readonly query: Given<string>;
  readonly body: Given<unknown>;
}

/** What was given by name; what an endpoint does not look at is found out afterwards. */
export type Given<T> = Readonly<Record<string, T | undefined>>;

export interface Answer {
  readonly status: number;
  /** Nothing: an empty answer. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Endpoint = (call: Call) => Answer;
/** By method and path as GitHub's description writes them: `GET /repos/{owner}/{repo}`. */
export type Endpoints = Readonly<Record<string, Endpoint>>;

export const ok = (body: unknown, headers: Record<string, string> = {}): Answer => ({ status: 200, body, headers });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const nothing: Answer = { status: 204 };

export const asApp =
  (answer: (call: Call, app: App) => Answer): Endpoint =>
  (call) =>
    answer(call, theApp(call.asker));

export const asInstallation =
  (answer: (call: Call, installation: Installation) => Answer): Endpoint =>
  (call) =>
    answer(call, theInstallation(call.asker).installation);

/** @param needs permissions of which one is enough */
export const inRepository =
  (level: Level, needs: readonly string[], answer: (call: Call, repository: Repository) => Answer): Endpoint =>
  (call) => {
    const repository = repositoryIn(call);
    allow(call.asker, repository, needs, level);
    return answer(call, writable(repository, level));
  };

/** With the issue or pull request that the path numbers. */
export const onIssue =
  (level: Level, answer: (call: Call, issue: Issue) => Answer): Endpoint =>
  (call) => {
    const repository = repositoryIn(call);
    allow(call.asker, repository, ['issues', 'pull_requests'], 'read');
    const issue = repository.issues.get(Number(call.path['issue_number']));
    if (issue === undefined) throw notFound();
    if (issue.movedTo !== null) throw movedAway(call, issue.movedTo);
    if (issue.deleted) throw new Refusal(410, 'This issue was deleted');
    if (!repository.hasIssues && issue.pull === null) throw new Refusal(410, 'Issues are disabled for this repo');
    allow(call.asker, repository, needsFor(issue), level);
    writable(repository, level);
    return answer(call, issue);
  };

/** https://docs.github.com/rest/issues/issues#get-an-issue: to whoever may read it where it is now. */
function movedAway({ asker, base }: Call, { number, repository }: Issue): Refusal {
  try {
    allow(asker, repository, ['issues'], 'read');
  } catch {
    return notFound();
  }
  return new Refusal(301, 'Moved Permanently', [], {
    location: `${base}/repositories/${repository.id}/issues/${number}`,
  });
}

export const onPull =
  (level: Level, answer: (call: Call, pull: PullRequest) => Answer): Endpoint =>
  (call) => {
    const repository = repositoryIn(call);
    allow(call.asker, repository, ['pull_requests'], level);
    const issue = repository.issues.get(Number(call.path['pull_number']));
    if (issue === undefined || !isPull(issue)) throw notFound();
    writable(repository, level);
    return answer(call, issue);
  };

export const isPull = (issue: Issue): issue is PullRequest => issue.pull !== null;

/** The repository that the path names; one by its former name is where a redirect says. */
function repositoryIn({ world, method, base, pathname, search, path }: Call): Repository {
  const name = `${path['owner']}/${path['repo']}`;
  const repository = repositoryOf(world, name);
  if (repository === undefined) throw notFound();
  if (fullName(repository).toLowerCase() === name.toLowerCase()) return repository;
  const rest = ['', ...pathname.split('/').slice(4)].join('/');
  const location = `${base}/repositories/${repository.id}${rest}${search.size > 0 ? `?${search}` : ''}`;
  throw method === 'GET'
    ? new Refusal(301, 'Moved Permanently', [], { location })
    : new Refusal(307, 'Temporary Redirect', [], { location });
}

function writable(repository: Repository, level: Level): Repository {
  if (level === 'write' && repository.archived) throw new Refusal(403, 'Repository was archived so is read-only.');
  return repository;
}

export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
