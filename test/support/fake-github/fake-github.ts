// A GitHub for tests: a server on this machine that holds what a test puts into it, answers as GitHub does, goes wrong
// where a script says so, and finds every request that GitHub's own descriptions do not allow.
import { randomBytes } from 'node:crypto';
import type { Violation } from './answering.ts';
import { makeApp } from './app-keys.ts';
import { createBudgets } from './budget.ts';
import { logDelivery, type NewDelivery, payloadOf, redeliver, sendDelivery } from './deliveries.ts';
import { endpointsOf } from './endpoints/registry.ts';
import { createFaults, type Faults } from './faults.ts';
import { assertPaced, type LoggedRequest, type Pace } from './request-log.ts';
import type { NewIssue, NewPull, NewRepository } from './scenery.ts';
import {
  addComment,
  addIssue,
  addPull,
  addRepository,
  addReview,
  install,
  removeComment,
  rename,
  transfer,
} from './scenery.ts';
import { serve } from './server.ts';
import type {
  App,
  CheckRun,
  Comment,
  Delivery,
  Installation,
  Issue,
  Permissions,
  PullRequest,
  Repository,
  Review,
} from './state.ts';
import {
  createWorld,
  ensureAccount,
  installationOf,
  type Manifest,
  theIssue,
  theRepository,
  type World,
} from './world.ts';

export interface FakeOptions {
  /** Milliseconds since 1970; the fake's clock, by which tokens expire and requests are noted. */
  readonly now?: () => number;
  /** Requests an hour that each installation and App has. */
  readonly requestsPerHour?: number;
  /** The App's, from which its bot is called `<slug>[bot]`. */
  readonly slug?: string;
  readonly permissions?: Permissions;
  readonly events?: readonly string[];
}

export interface FakeGitHub extends AsyncDisposable {
  /** Octokit's `baseUrl`; GraphQL is at `<url>/graphql`. */
  readonly url: string;
  /** The same as GitHub Enterprise Server has it: `<url>/api/v3`. */
  readonly enterpriseUrl: string;
  /** The App under test: its `id` and `privateKey` are its credentials; `hookUrl` is where deliveries go. */
  readonly app: App;
  /** Everything it holds. */
  readonly world: World;
  readonly faults: Faults;
  /** Every request, in the order of arrival. */
  readonly log: readonly LoggedRequest[];

  /** A repository `owner/name` in which the App is installed, unless it is told otherwise. */
  repository(name: string, given?: NewRepository): Repository;
  rename(repository: Repository, name: string): void;
  issue(repository: Repository, given?: NewIssue): Issue;
  pull(repository: Repository, given?: NewPull): PullRequest;
  /** Moves it there; returns what it is there. */
  transfer(issue: Issue, to: Repository): Issue;
  /** By a person, or by our bot when nobody is named. */
  comment(issue: Issue, body: string, author?: string): Comment;
  /** As a maintainer does, past our App. */
  deleteComment(comment: Comment): void;
  review(pull: PullRequest, author: string, state?: Review['state']): Review;
  install(account: string, repositories?: readonly Repository[]): Installation;
  installationOf(repository: Repository): Installation;
  uninstall(installation: Installation): void;

  /** What stands there, oldest first. */
  commentsOn(repository: string, number: number): readonly Comment[];
  labelsOn(repository: string, number: number): readonly string[];
  assigneesOn(repository: string, number: number): readonly string[];
  checksOn(repository: string, number: number): readonly CheckRun[];

  /** What GitHub would send about an issue or pull request as it is now. */
  payload(action: string, issue: Issue, sender?: string): Record<string, unknown>;
  /** Into the delivery log without being sent: what was delivered before, or was lost. */
  delivered(given: NewDelivery): Delivery;
  /** Sends it to the App, and logs what that answered. */
  deliver(given: NewDelivery): Promise<Delivery>;
  /** Resolves when all redeliveries that were asked for have been answered. */
  redelivered(): Promise<void>;
  /** The code with which GitHub sends somebody back who submitted the manifest. */
  manifestCode(manifest: Manifest, owner?: string): string;
  /** Nothing is left of an installation's budget, for so many milliseconds. */
  exhaust(installation: Installation, lasting?: number): void;

  /** Throws when a request was none that GitHub describes. */
  assertValid(): void;
  /** The requests that GitHub would not take, which are then forgotten: for tests that mean to send them. */
  takeViolations(): readonly Violation[];
  /** Throws where an installation was asked faster than GitHub wants to be. */
  assertPaced(pace?: Pace): void;
  /** Ends it and all its connections; throws as {@link assertValid} does. */
  stop(): Promise<void>;
}

const PERMISSIONS: Permissions = { metadata: 'read', issues: 'write', pull_requests: 'write', checks: 'write' };
const EVENTS = ['issues', 'issue_comment', 'pull_request', 'pull_request_review', 'label', 'repository'];

export async function startFakeGitHub(options: FakeOptions = {}): Promise<FakeGitHub> {
  const {
    now = Date.now,
    requestsPerHour = 5_000,
    slug = 'c4gt',
    permissions = PERMISSIONS,
    events = EVENTS,
  } = options;
  const world = createWorld(now);
  const app = makeApp(world, {
    slug,
    owner: ensureAccount(world, 'code4govtech', 'Organization'),
    hookUrl: null,
    permissions,
    events,
  });
  const [faults, budgets] = [createFaults(), createBudgets(now, requestsPerHour)];
  const [log, sending, stopped]: [LoggedRequest[], Set<Promise<unknown>>, AbortController] = [
    [],
    new Set(),
    new AbortController(),
  ];
  let violations: Violation[] = [];

  const send = (delivery: Delivery): Promise<Delivery> => {
    const sent = sendDelivery(delivery, stopped.signal).finally(() => sending.delete(sent));
    sending.add(sent);
    return sent;
  };
  const endpoints = endpointsOf(budgets, (delivery) => void send(redeliver(world, delivery)));
  const violate = (violation: Violation) => void violations.push(violation);
  const server = await serve({ world, budgets, endpoints, violate, faults, log });
  world.url = server.url;

  const takeViolations = () => {
    const taken = violations;
    violations = [];
    return taken;
  };
  const assertValid = () => {
    const lines = violations.map(
      ({ request, problems }) => `${request}\n${problems.map((each) => `  ${each}`).join('\n')}`,
    );
    if (lines.length > 0) throw new Error(`requests that GitHub does not allow:\n${lines.join('\n')}`);
  };
  const stop = async () => {
    stopped.abort();
    await server.stop();
    await Promise.all(sending);
    assertValid();
  };
  return {
    url: server.url,
    enterpriseUrl: `${server.url}/api/v3`,
    ...{ app, world, faults, log, takeViolations, assertValid, stop },
    repository: (name, given) => addRepository(world, app, name, given),
    rename: (repository, name) => rename(world, repository, name),
    issue: (repository, given) => addIssue(world, repository, given),
    pull: (repository, given) => addPull(world, repository, given),
    transfer: (issue, to) => transfer(world, issue, to),
    comment: (issue, body, author) => {
      return author === undefined
        ? addComment(world, issue, app.bot, body, app)
        : addComment(world, issue, ensureAccount(world, author), body);
    },
    deleteComment: (comment) => removeComment(world, comment),
    review: (pull, author, state) => addReview(world, pull, author, state),
    install: (account, repositories) => install(world, app, account, repositories),
    installationOf: (repository) => {
      const installation = installationOf(world, repository, app);
      if (installation === undefined) throw new Error(`the App is not installed in ${repository.name}`);
      return installation;
    },
    uninstall: ({ id }) => void world.installations.delete(id),
    commentsOn: (repository, number) => [...theIssue(world, repository, number).comments],
    labelsOn: (repository, number) => theIssue(world, repository, number).labels.map(({ name }) => name),
    assigneesOn: (repository, number) => theIssue(world, repository, number).assignees.map(({ login }) => login),
    checksOn: (repository, number) => {
      const { pull } = theIssue(world, repository, number);
      const held = theRepository(world, repository);
      return [...world.checkRuns.values()].filter((run) => run.repository === held && run.headSha === pull?.headSha);
    },
    payload: (action, issue, sender = issue.author.login) => payloadOf(world, action, issue, sender),
    delivered: (given) => logDelivery(world, app, given),
    deliver: (given) => send(logDelivery(world, app, given)),
    redelivered: async () => void (await Promise.all(sending)),
    manifestCode: (manifest, owner = 'code4govtech') => {
      const code = randomBytes(20).toString('hex');
      world.manifests.set(code, { owner: ensureAccount(world, owner, 'Organization'), manifest });
      return code;
    },
    exhaust: ({ id }, lasting) => budgets.exhaust(id, lasting),
    assertPaced: (pace) => assertPaced(log, pace),
    [Symbol.asyncDispose]: stop,
  };
}
