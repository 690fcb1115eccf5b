// What tests of lookups share: a programme whose worker asks a fake GitHub, and what was asked and recorded.

import type { RuleOutcome } from '../../src/engine/decide.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import type { LookedUp } from '../../src/facts/looked-up.ts';
import { createGitHubApp } from '../../src/github/app.ts';
import type { GitHubApp } from '../../src/github/github.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import type { WorkerOptions } from '../../src/worker/worker.ts';
import type { TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Issue, PullRequest, Repository } from '../support/fake-github/state.ts';
import { openProgramme, type Programme } from '../support/programme.ts';

export interface Looking extends AsyncDisposable {
  readonly programme: Programme;
  readonly fake: FakeGitHub;
  readonly core: Repository;
  /** What GitHub sends about it as it is by now. */
  told(action: string, issue: Issue, sender?: string): Told;
  /** Merges it, and says so. */
  merged(pull: PullRequest, by?: string): Told;
  /** The questions since the last time this was called, without tokens: `GET /repos/…`. */
  asked(): readonly string[];
  /** What was looked up for the last decision on it. */
  lookedUp(issue: Issue): Promise<LookedUp>;
  outcomes(issue: Issue): Promise<readonly RuleOutcome[]>;
  points(): Promise<Readonly<Record<string, number>>>;
}

interface Options {
  /** False: the worker has no credentials. */
  readonly credentials?: boolean;
  readonly worker?: Partial<WorkerOptions>;
  /** Milliseconds that one request may take. */
  readonly requestTimeout?: number;
}

function appOf({ app: { id: appId, privateKey }, url: apiUrl }: FakeGitHub, requestTimeout: number): GitHubApp {
  return createGitHubApp({ appId, privateKey, apiUrl, log: { warn: () => undefined }, requestTimeout });
}

/** A programme in `asha/core`, whose worker asks the fake GitHub. */
export async function openLooking(database: TestDatabase, rules: RuleSet, options: Options = {}): Promise<Looking> {
  const fake = await startFakeGitHub();
  const core = fake.repository('asha/core', { collaborators: { meera: 'write', devi: 'maintain' } });
  const github = options.credentials === false ? null : appOf(fake, options.requestTimeout ?? 20_000);
  const programme = await openProgramme(database, rules, { github, ...options.worker });
  let seen = 0;
  let seconds = 0;

  const told: Looking['told'] = (action, issue, sender) => {
    // GitHub's times are whole seconds; what is told later is later.
    issue.updatedAt = fake.world.now() + ++seconds * 1_000;
    return { event: issue.pull === null ? 'issues' : 'pull_request', payload: fake.payload(action, issue, sender) };
  };
  const decision = async ({ repository, number }: Issue, column: string) => {
    const [row] = await database.query(
      `select ${column} as value from c4gt.decisions where subject = '${repository.id}/${number}' order by id desc limit 1`,
    );
    return row?.['value'];
  };
  return {
    programme,
    fake,
    core,
    told,
    merged: (pull, by = 'meera') => {
      const merger = [...fake.world.accounts.values()].find(({ login }) => login === by);
      if (merger === undefined) throw new Error(`there is no ${by}`);
      Object.assign(pull, { state: 'closed', closedAt: fake.world.now() });
      Object.assign(pull.pull, { mergedAt: fake.world.now(), mergedBy: merger });
      return told('closed', pull, by);
    },
    asked: () => {
      const fresh = fake.log.slice(seen);
      seen = fake.log.length;
      return fresh.map(({ method, path }) => `${method} ${path}`).filter((line) => !line.endsWith('/access_tokens'));
    },
    lookedUp: async (issue) => (await decision(issue, 'lookups')) as LookedUp,
    outcomes: async (issue) => (await decision(issue, 'trace')) as readonly RuleOutcome[],
    points: async () => (await programme.standing()).points,
    [Symbol.asyncDispose]: async () => {
      await programme[Symbol.asyncDispose]();
      await fake.stop();
    },
  };
}
