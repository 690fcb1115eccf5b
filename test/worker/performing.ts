// A stage for effects: the real outbox, the real actions, a GitHub in memory, and a clock that tests turn on by hand.
import { actions } from '../../src/actions/registry.ts';
import type { Json } from '../../src/store/store.ts';
import { type Attempt, performEffect } from '../../src/worker/perform-effects.ts';
import { newInstallation, pass, tellInstalled, terms, type Wish, wish } from '../store/outbox-samples.ts';
import { newRepository } from '../store/samples.ts';
import type { TestDatabase } from '../support/database.ts';
import { GitHubInMemory } from './github-in-memory.ts';

export interface Stage {
  readonly github: GitHubInMemory;
  /** Decides: the effect with this key (`a`) stands, happens, or is withdrawn. */
  want(state: 'standing' | 'happened' | 'withdrawn', params: Json, key?: string): Promise<void>;
  /** One attempt at whatever is due; null when nothing is. */
  attempt(): Promise<Attempt | 'killed' | null>;
  /** Attempts at whatever is due, now and as time passes, until nothing waits; returns how they ended. */
  rest(): Promise<readonly string[]>;
  pass(seconds: number): Promise<void>;
  /** State and reason of each effect, by key. */
  states(): Promise<Readonly<Record<string, string>>>;
}

/** Puts one issue on the stage, on which an action acts. */
export async function setStage(database: TestDatabase, action: keyof typeof actions): Promise<Stage> {
  const { store } = database;
  const github = new GitHubInMemory();
  const repositoryId = newRepository();
  const { number } = github;
  await tellInstalled(store, repositoryId, newInstallation());

  const stage: Stage = {
    github,
    want: async (state, params, key = 'a') => {
      // What happens once for ever is known by its key, wherever it happened.
      const about: Wish = { repositoryId, number, key: `${key} ${repositoryId}`, action, params, state };
      await wish(store, about);
    },
    attempt: async () => {
      const { effect } = await store.claimEffect(terms);
      if (effect === null) return null;
      const { promise: killed, resolve: kill } = Promise.withResolvers<'killed'>();
      github.onKill = () => kill('killed');
      const { signal } = new AbortController();
      const performing = { store, actions, github, clock: () => new Date(), signal };
      return await Promise.race([performEffect(performing, effect), killed]);
    },
    rest: async () => {
      const ends: string[] = [];
      for (let idle = 0; idle < 8; idle++) {
        for (let one = await stage.attempt(); one !== null; one = await stage.attempt()) {
          ends.push(one === 'killed' ? one : one.outcome.state);
          await stage.pass(1);
          idle = 0;
        }
        if ((await store.effects({ state: 'pending', subject: `${repositoryId}/${number}`, limit: 1 })).length === 0)
          return ends;
        await stage.pass(600);
      }
      throw new Error(`It never came to rest: ${JSON.stringify(await stage.states())}`);
    },
    pass: (seconds) => pass(database, seconds),
    states: async () => {
      const effects = await store.effects({ subject: `${repositoryId}/${number}`, limit: 99 });
      const told = effects.map(({ key, state, reason }) => [
        key.split(' ')[0],
        reason === null ? state : `${state}: ${reason}`,
      ]);
      return Object.fromEntries(told.reverse());
    },
  };
  return stage;
}
