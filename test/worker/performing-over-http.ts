// A stage for effects over HTTP: the real outbox, the real actions, the real client of GitHub, and a fake GitHub that takes
// no request its own description does not allow; time in the database is turned on by hand.
import { actions } from '../../src/actions/registry.ts';
import { createGitHubApp } from '../../src/github/app.ts';
import type { GitHubApp } from '../../src/github/github.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { type Attempt, performEffect } from '../../src/worker/perform-effects.ts';
import { pass, tellInstalled, terms, type Wish, wish } from '../store/outbox-samples.ts';
import { newRepository } from '../store/samples.ts';
import type { TestDatabase } from '../support/database.ts';
import type { FakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Issue, PullRequest, Repository } from '../support/fake-github/state.ts';

/** Where a worker is killed: after it has said that it writes, or when it has written and before it says so. */
export type Kill = 'before its write' | 'after its write';

export interface HttpStage {
  readonly fake: FakeGitHub;
  readonly repository: Repository;
  /** `org-…/repo-…`. */
  readonly name: string;
  readonly repositoryId: number;
  /** Number 1, and the pull request with number 2. */
  readonly issue: Issue;
  readonly pull: PullRequest;
  /** Decides so; the key is the action's name, unless another is given. */
  want(action: keyof typeof actions, parts: Partial<Wish>): Promise<void>;
  /** One attempt at whatever is due; null when nothing is. */
  attempt(kill?: Kill | null): Promise<Attempt | 'killed' | null>;
  /** Attempts at whatever is due, now and as time passes, until nothing waits; returns how they ended. */
  rest(): Promise<readonly string[]>;
  pass(seconds: number): Promise<void>;
  /** Action, state and reason of each effect here. */
  states(): Promise<readonly string[]>;
}

export const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** @param requestTimeout milliseconds after which a request is given up */
export function appOf({ app: { id: appId, privateKey }, url }: FakeGitHub, requestTimeout = 1_000): GitHubApp {
  return createGitHubApp({ appId, privateKey, apiUrl: url, log: quiet, requestTimeout });
}

/** A repository with an installation of its own, on a fake that others may be on too. */
export async function setHttpStage(database: TestDatabase, fake: FakeGitHub, app: GitHubApp): Promise<HttpStage> {
  const { store } = database;
  const repositoryId = newRepository();
  // As the samples of the store call it.
  const name = `org/repo-${repositoryId}`;
  const repository = fake.repository(name, { installed: false });
  const { id: installation } = fake.install(`org-${repositoryId}`, [repository]);
  const issue = fake.issue(repository, { number: 1 });
  const pull = fake.pull(repository, { number: 2 });
  await tellInstalled(store, repositoryId, installation);

  const stage: HttpStage = {
    ...{ fake, repository, name, repositoryId, issue, pull },
    want: (action, parts) => wish(store, { repositoryId, action, key: `${action} ${repositoryId}`, ...parts }),
    attempt: async (kill = null) => {
      const { effect } = await store.claimEffect({ ...terms, perSubject: 500 });
      if (effect === null) return null;
      const { signal } = new AbortController();
      const performing = { store: mortal(store, kill), actions, github: app, clock: () => new Date(), signal };
      return await performEffect(performing, effect).catch((error: unknown) => {
        if (error instanceof Killed) return 'killed' as const;
        throw error;
      });
    },
    rest: async () => {
      const ends: string[] = [];
      for (let idle = 0; idle < 8; idle++) {
        for (let one = await stage.attempt(); one !== null; one = await stage.attempt()) {
          ends.push(one === 'killed' ? one : one.outcome.state);
          await stage.pass(1);
          idle = 0;
        }
        const waiting = await store.effects({ state: 'pending', limit: 99 });
        if (!waiting.some(({ repository: at }) => at === name)) return ends;
        await stage.pass(600);
      }
      throw new Error(`It never came to rest: ${(await stage.states()).join('; ')}`);
    },
    pass: (seconds) => pass(database, seconds),
    states: async () => {
      const effects = (await store.effects({ limit: 500 })).filter((effect) => effect.repository === name);
      return effects.map(({ action, state, reason }) => `${action} ${state}${reason === null ? '' : `: ${reason}`}`);
    },
  };
  return stage;
}

/** Of what a dead worker would still have said, nothing is heard. */
class Killed extends StoreUnavailable {}

function mortal(store: Store, kill: Kill | null): Pick<Store, 'beginWrite' | 'settleEffect'> {
  if (kill === null) return store;
  let isDead = false;
  return {
    beginWrite: async (claim, presumed) => {
      const answer = await store.beginWrite(claim, presumed);
      if (answer !== 'go') return answer;
      isDead = true;
      if (kill === 'before its write') throw new Killed('killed');
      return answer;
    },
    settleEffect: async (claim, outcome) => {
      if (isDead) throw new Killed('killed');
      return store.settleEffect(claim, outcome);
    },
  };
}
