// What a test sets up in a line each: Apps, installations, repositories, issues, pull requests, comments and reviews.
import { createHash } from 'node:crypto';
import type {
  Account,
  App,
  ChangedFile,
  Comment,
  Installation,
  Issue,
  Label,
  Pull,
  PullRequest,
  Repository,
  Review,
  Role,
} from './state.ts';
import { ensureAccount, fullName, type World } from './world.ts';

export interface NewRepository {
  readonly private?: boolean;
  readonly labels?: readonly string[];
  readonly collaborators?: Readonly<Record<string, Role>>;
  /** False: the App is not installed on it. Default: it is, on the owner's account. */
  readonly installed?: boolean;
}

export interface NewIssue {
  readonly number?: number;
  readonly author?: string;
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: 'open' | 'closed';
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
  /** Milliseconds of the fake's clock. */
  readonly createdAt?: number;
}

export interface NewPull extends NewIssue {
  readonly headSha?: string;
  readonly draft?: boolean;
  /** Login of whoever merged it; it is closed then. */
  readonly mergedBy?: string;
  readonly closes?: readonly Issue[];
  readonly linked?: readonly Issue[];
  readonly files?: readonly ChangedFile[];
  readonly reviewers?: readonly string[];
}

export function install(
  world: World,
  app: App,
  account: string,
  repositories: readonly Repository[] = [],
): Installation {
  const installation: Installation = {
    id: world.nextId('installation'),
    app,
    account: ensureAccount(world, account, 'Organization'),
    permissions: app.permissions,
    events: app.events,
    selection: 'selected',
    repositories: new Set(repositories),
    suspendedAt: null,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  world.installations.set(installation.id, installation);
  return installation;
}

/** @param name `owner/name` */
export function addRepository(world: World, app: App, name: string, options: NewRepository = {}): Repository {
  const [login = '', short = ''] = name.split('/');
  const repository: Repository = {
    id: world.nextId('repository'),
    owner: ensureAccount(world, login, 'Organization'),
    name: short,
    private: options.private ?? false,
    archived: false,
    hasIssues: true,
    labels: new Map(),
    issues: new Map(),
    lastNumber: 0,
    collaborators: new Map(Object.entries(options.collaborators ?? {}).map(([who, role]) => [who.toLowerCase(), role])),
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  for (const who of Object.keys(options.collaborators ?? {})) ensureAccount(world, who);
  for (const label of options.labels ?? []) ensureLabel(world, repository, label);
  world.repositories.set(repository.id, repository);
  world.names.set(name.toLowerCase(), repository);
  if (options.installed ?? true) {
    const known = [...world.installations.values()].find(
      (each) => each.app === app && each.account === repository.owner,
    );
    (known ?? install(world, app, login)).repositories.add(repository);
  }
  return repository;
}

/** It answers to the new name; requests by an old one are redirected, as GitHub does. */
export function rename(world: World, repository: Repository, name: string): void {
  repository.name = name;
  world.names.set(fullName(repository).toLowerCase(), repository);
}

export function ensureLabel(world: World, repository: Repository, name: string): Label {
  const known = repository.labels.get(name.toLowerCase());
  if (known !== undefined) return known;
  const made: Label = { id: world.nextId('thing'), name, color: 'ededed', description: null };
  repository.labels.set(name.toLowerCase(), made);
  return made;
}

export function addIssue(world: World, repository: Repository, given: NewIssue = {}): Issue {
  return add(world, repository, given, null);
}

export function addPull(world: World, repository: Repository, given: NewPull = {}): PullRequest {
  const mergedBy = given.mergedBy === undefined ? null : ensureAccount(world, given.mergedBy);
  const id = world.nextId('thing');
  const pull: Pull = {
    id,
    headSha: given.headSha ?? createHash('sha1').update(String(id)).digest('hex'),
    draft: given.draft ?? false,
    mergedAt: mergedBy === null ? null : world.now(),
    mergedBy,
    reviewers: (given.reviewers ?? []).map((login) => ensureAccount(world, login)),
    reviews: [],
    files: given.files ?? [],
    closes: given.closes ?? [],
    linked: given.linked ?? [],
  };
  const state = given.state ?? (mergedBy === null ? 'open' : 'closed');
  return Object.assign(add(world, repository, { ...given, state }, pull), { pull });
}

function add(world: World, repository: Repository, given: NewIssue, pull: Pull | null): Issue {
  const number = given.number ?? repository.lastNumber + 1;
  repository.lastNumber = Math.max(number, repository.lastNumber);
  const at = given.createdAt ?? world.now();
  const state = given.state ?? 'open';
  const issue: Issue = {
    id: world.nextId('thing'),
    number,
    repository,
    author: ensureAccount(world, given.author ?? 'asha'),
    title: given.title ?? `${pull === null ? 'Issue' : 'Pull request'} ${number}`,
    body: given.body ?? null,
    state,
    stateReason: state === 'closed' && pull === null ? 'completed' : null,
    locked: false,
    deleted: false,
    movedTo: null,
    labels: (given.labels ?? []).map((name) => ensureLabel(world, repository, name)),
    assignees: (given.assignees ?? []).map((login) => ensureAccount(world, login)),
    comments: [],
    reactions: [],
    pull,
    createdAt: at,
    updatedAt: at,
    closedAt: state === 'closed' ? at : null,
    closedBy: null,
  };
  repository.issues.set(number, issue);
  return issue;
}

/** It lives on in the other repository, under a number of there. */
export function transfer(world: World, issue: Issue, to: Repository): Issue {
  const { author, title, body, state } = issue;
  const moved = addIssue(world, to, { author: author.login, title, body, state, createdAt: issue.createdAt });
  Object.assign(moved, {
    labels: issue.labels.map(({ name }) => ensureLabel(world, to, name)),
    updatedAt: world.now(),
  });
  return Object.assign(issue, { deleted: true, movedTo: moved }).movedTo;
}

export function addComment(world: World, issue: Issue, author: Account, body: string, app: App | null = null): Comment {
  const at = world.now();
  const comment: Comment = {
    ...{ id: world.nextId('thing'), issue, author, app, body, reactions: [], createdAt: at, updatedAt: at },
  };
  issue.comments.push(comment);
  issue.updatedAt = at;
  world.comments.set(comment.id, comment);
  return comment;
}

export function removeComment(world: World, comment: Comment): void {
  const { comments } = comment.issue;
  comments.splice(comments.indexOf(comment), 1);
  world.comments.delete(comment.id);
}

export function addReview(
  world: World,
  { pull }: PullRequest,
  author: string,
  state: Review['state'] = 'APPROVED',
): Review {
  const review: Review = {
    id: world.nextId('thing'),
    author: ensureAccount(world, author),
    state,
    body: '',
    commit: pull.headSha,
    submittedAt: world.now(),
  };
  pull.reviews.push(review);
  return review;
}
