// A stage for what is looked through: a fake GitHub with an App, the App's client, a programme over a real database, and
// what GitHub says of installations.
import { setTimeout as moment } from 'node:timers/promises';
import type { Told } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { createGitHubApp } from '../../src/github/app.ts';
import type { GitHubApp } from '../../src/github/github.ts';
import { type Backfill, type BackfillOptions, startBackfill } from '../../src/worker/backfill.ts';
import { rulesOf } from '../engine/rules.ts';
import type { TestDatabase } from '../support/database.ts';
import { type FakeGitHub, type FakeOptions, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Installation, Issue, Repository } from '../support/fake-github/state.ts';
import { fullName } from '../support/fake-github/world.ts';
import { openProgramme, type Programme } from '../support/programme.ts';

export const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Every labelled issue is listed for as long as it is open; merged work earns points; news are announced. */
export const listing = rulesOf(`
  list:
    on: issues.labeled
    while: { issue.labels: { contains: C4GT }, issue.state: open }
    then: [{ list_ticket: { points: 10 } }]
  merged:
    on: pull_request.closed
    while: { pull_request.merged: true, not: { pull_request.merged_by.login: { equal: { fact: pull_request.author.login } } } }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 5 } }]
  announce:
    on: [issues, pull_request]
    when: { repository.private: false }
    then: [{ notify_discord: { channel: tickets, message: news } }]
`);

export interface Stage extends AsyncDisposable {
  readonly fake: FakeGitHub;
  readonly app: GitHubApp;
  readonly programme: Programme;
  /** Lines of the log, with what they are about. */
  readonly logged: { readonly message: string; readonly about: Record<string, unknown> }[];
  /** Stores it, and has it worked off. */
  tell(...told: readonly Told[]): Promise<void>;
  /** Starts looking through; it is stopped with the stage at the latest. */
  start(options?: Partial<BackfillOptions>): Backfill;
  /** Looks through until nothing is left to be, and works off what was found. */
  lookThrough(options?: Partial<BackfillOptions>): Promise<void>;
  /** What every sweep asks for. */
  sweptAgain(): Promise<void>;
  /** What a sweep asks for after five days, which are longer than GitHub's log of deliveries reaches. */
  longAway(): Promise<void>;
  /** Nothing is left to be looked through. */
  isDone(): Promise<boolean>;
  /** Addresses of the tickets on the public list, in order. */
  tickets(): Promise<string[]>;
  /** Requests by installations, as `GET /repos/o/r/issues?page=2`, without those for tokens. */
  asked(): string[];
}

export async function setStage(
  database: TestDatabase,
  options: FakeOptions & { readonly rules?: RuleSet } = {},
): Promise<Stage> {
  const fake = await startFakeGitHub(options);
  const { id: appId, privateKey } = fake.app;
  const app = createGitHubApp({ appId, privateKey, apiUrl: fake.url, log: quiet, requestTimeout: 5_000 });
  const programme = await openProgramme(database, options.rules ?? listing);
  const logged: Stage['logged'] = [];
  const note = (about: unknown, message = '') => void logged.push({ message, about: Object(about) });
  const running = new Set<Backfill>();

  const stage: Stage = {
    ...{ fake, app, programme, logged },
    tell: (...told) => programme.play(told),
    start: (given = {}) => {
      const log = { info: note, warn: note, error: note };
      const { store } = programme;
      const backfill = startBackfill({ store, github: app, log, onStored: () => undefined, ...given });
      running.add(backfill);
      return backfill;
    },
    lookThrough: async (given = {}) => {
      const worker = programme.start();
      const backfill = stage.start({ onStored: worker.wake, ...given });
      backfill.wake();
      const deadline = Date.now() + 50_000;
      while (!(await isDone(database))) {
        if (Date.now() > deadline) throw new Error(`not looked through: ${JSON.stringify(logged)}`);
        await moment(50);
      }
      await backfill.stop();
      await programme.settled();
      await worker.stop();
    },
    sweptAgain: () => request(database, 'null'),
    longAway: () => request(database, `now() - interval '5 days'`),
    isDone: () => isDone(database),
    tickets: async () => {
      const { tickets } = await programme.store.tickets({ limit: 1_000, offset: 0, sort: 'title' });
      const rows = tickets as unknown as { repository: string; number: number }[];
      return rows.map(({ repository, number }) => `${repository}#${number}`);
    },
    asked: () =>
      fake.log
        .filter(({ installation, status }) => installation !== null && status !== null)
        .map(({ method, path, search }) => `${method} ${path}?${search}`),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running].map((backfill) => backfill.stop()));
      await programme[Symbol.asyncDispose]();
      await fake.stop();
    },
  };
  return stage;
}

/** Has everything listed, and with `since` in SQL all looked through that has changed from then on. */
async function request({ query }: TestDatabase, since: string): Promise<void> {
  await query(`select c4gt.request_backfill(b.installation, false, ${since}) from c4gt.backfills as b`);
}

/** Nothing is pending that could go on by itself. */
async function isDone({ query }: TestDatabase): Promise<boolean> {
  const [row] = await query(
    `select
      (select count(*) from c4gt.backfilled_repositories as r where r.state = 'pending')
      + (select count(*) from c4gt.backfills as b where b.page is not null) as pending`,
  );
  return Number(row?.['pending']) === 0;
}

type Action = 'created' | 'deleted' | 'suspend' | 'unsuspend' | 'new_permissions_accepted';

/** What GitHub sends about an installation as it is now; `at` is when, by default a second after the last. */
export function installationEvent(action: Action, installation: Installation, at: number = Date.now()): Told {
  return {
    event: 'installation',
    payload: {
      action,
      installation: installationView(installation, at),
      ...(action.endsWith('suspend') ? {} : { repositories: [...installation.repositories].map(repositoryView) }),
      sender: { id: 1, login: 'owner', type: 'User' },
    },
  };
}

export function repositoriesEvent(
  action: 'added' | 'removed',
  installation: Installation,
  repositories: readonly Repository[],
  at: number = Date.now(),
): Told {
  const views = repositories.map(repositoryView);
  return {
    event: 'installation_repositories',
    payload: {
      action,
      installation: installationView(installation, at),
      repository_selection: 'selected',
      repositories_added: action === 'added' ? views : [],
      repositories_removed: action === 'removed' ? views : [],
      requester: null,
      sender: { id: 1, login: 'owner', type: 'User' },
    },
  };
}

/** What GitHub sends about an issue or pull request as it is now. */
export function subjectEvent({ fake }: Pick<Stage, 'fake'>, action: string, issue: Issue): Told {
  return { event: issue.pull === null ? 'issues' : 'pull_request', payload: fake.payload(action, issue) };
}

function installationView({ id, account, suspendedAt, selection }: Installation, at: number) {
  return {
    id,
    account: { id: account.id, login: account.login, type: account.type },
    repository_selection: selection,
    suspended_at: suspendedAt === null ? null : iso(suspendedAt),
    created_at: iso(at - 1_000_000),
    updated_at: iso(at),
  };
}

function repositoryView(repository: Repository) {
  return { id: repository.id, name: repository.name, full_name: fullName(repository), private: repository.private };
}

const iso = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
