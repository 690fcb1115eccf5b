// What tests of effects over real processes share: a fake GitHub's credentials, deliveries through an installation, and
// waiting until the outbox is empty.
import type { Told } from '../../src/commands/scene.ts';
import type { Counts } from '../../src/store/reading.ts';
import type { FakeGitHub } from './fake-github/fake-github.ts';
import type { Comment } from './fake-github/state.ts';
import type { Environment, RunningServer } from './server.ts';
import { until } from './until.ts';

/** With these a server acts on the fake, and on nothing else. */
export function credentialsOf({ app, url }: FakeGitHub): Environment {
  return { GITHUB_APP_ID: String(app.id), GITHUB_PRIVATE_KEY: app.privateKey, GITHUB_API_URL: url };
}

/** As GitHub sends it to an App. */
export function through(installation: number, { event, payload }: Told): Told {
  return { event, payload: { ...payload, installation: { id: installation } } };
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
