// What tests of effects over real processes share: a fake GitHub's credentials, deliveries through an installation, how
// patient to be, and waiting until the outbox is empty.
import { availableParallelism, loadavg } from 'node:os';
import type { Told } from '../../src/commands/scene.ts';
import type { Counts } from '../../src/store/store.ts';
import type { FakeGitHub } from './fake-github/fake-github.ts';
import type { Comment } from './fake-github/state.ts';
import { type Environment, type RunningServer, until } from './server.ts';

/** With these a server acts on the fake, and on nothing else. */
export function credentialsOf({ app, url }: FakeGitHub): Environment {
  return { GITHUB_APP_ID: String(app.id), GITHUB_PRIVATE_KEY: app.privateKey, GITHUB_API_URL: url };
}

/** As GitHub sends it to an App. */
export function through(installation: number, { event, payload }: Told): Told {
  return { event, payload: { ...payload, installation: { id: installation } } };
}

/** So many milliseconds, or more on a machine that has more to do than processors. */
export function patience(milliseconds: number): number {
  return milliseconds * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

/** Waits until every delivery is decided and every effect performed, skipped or given up; returns the counts. */
export async function carriedOut({ get }: Pick<RunningServer, 'get'>, within: number): Promise<Counts> {
  let counts: Counts | undefined;
  await until(
    'nothing is pending',
    async () => {
      counts = (await get('/api/status')).json<Counts>();
      return counts.pending + counts.subjects.pending + counts.effects.pending === 0;
    },
    within,
  );
  return counts as Counts;
}

/** What a comment says to people: without its mark. */
export function shown({ body }: Pick<Comment, 'body'>): string {
  return body.split('\n\n<!--')[0] ?? '';
}
