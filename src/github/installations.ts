// Where the App is installed, as GitHub lists it to the App itself.
// https://docs.github.com/rest/apps/apps#list-installations-for-the-authenticated-app
import Type from 'typebox';
import { Installation, type InstallationNews, installationTime } from '../models/installation.ts';
import { answerReader } from './answer.ts';
import type { GitHub } from './github.ts';

const LIST = 'GET /app/installations';
const listAnswer = answerReader(LIST, Type.Array(Installation));

/**
 * @param app the App's own door, not an installation's
 * @throws GitHubFailure
 */
export async function installationsOf(
  app: GitHub,
  signal?: AbortSignal,
): Promise<Pick<InstallationNews, 'id' | 'account' | 'state' | 'at' | 'rank'>[]> {
  const found: Awaited<ReturnType<typeof installationsOf>> = [];
  for await (const page of app.pages(LIST, {}, signal)) {
    for (const installation of listAnswer(page)) {
      const isSuspended = typeof installation.suspended_at === 'string';
      found.push({
        id: installation.id,
        account: installation.account?.login ?? null,
        state: isSuspended ? 'suspended' : 'active',
        ...installationTime(installation, !isSuspended),
      });
    }
  }
  return found;
}
