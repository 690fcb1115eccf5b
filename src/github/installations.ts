// Where the App is installed, as GitHub lists it to the App itself.
// https://docs.github.com/rest/apps/apps#list-installations-for-the-authenticated-app
import Type, { type Static } from 'typebox';
import { githubNumber } from '../models/github-number.ts';
import { Installation, type InstallationNews, installationTime } from '../models/installation.ts';
import { Maybe, Nullable } from '../models/nullable.ts';
import { answerReader } from './answer.ts';
import type { GitHub } from './github.ts';

const AppInstallation = Type.Object({
  ...Installation.properties,
  html_url: Type.String(),
  /** An enterprise has a slug instead of a login. */
  account: Nullable(Type.Object({ id: githubNumber(), login: Maybe(Type.String()), slug: Maybe(Type.String()) })),
  permissions: Type.Record(Type.String(), Type.String()),
  events: Type.Array(Type.String()),
});

export type AppInstallation = Static<typeof AppInstallation>;

const LIST = 'GET /app/installations';
const listAnswer = answerReader(LIST, Type.Array(AppInstallation));

/**
 * @param app the App's own door, not an installation's
 * @throws GitHubFailure
 */
export async function readInstallations(app: GitHub, signal?: AbortSignal): Promise<readonly AppInstallation[]> {
  const found: AppInstallation[] = [];
  for await (const page of app.pages(LIST, {}, signal)) found.push(...listAnswer(page));
  return found;
}

/** The same as news of each of them; as {@link readInstallations}. */
export async function installationsOf(
  app: GitHub,
  signal?: AbortSignal,
): Promise<Pick<InstallationNews, 'id' | 'account' | 'state' | 'at' | 'rank'>[]> {
  return (await readInstallations(app, signal)).map((installation) => {
    const isSuspended = typeof installation.suspended_at === 'string';
    return {
      id: installation.id,
      account: installation.account?.login ?? null,
      state: isSuspended ? 'suspended' : 'active',
      ...installationTime(installation, !isSuspended),
    };
  });
}
