// An installation's token, for all it may do or for less.
import { grants, grantToken } from '../asker.ts';
import { type Call, listOf } from '../endpoint.ts';
import { Refusal } from '../refusal.ts';
import type { Installation, Level, Permissions, Repository } from '../state.ts';
import { repositoryView } from '../views/repositories.ts';
import { time } from '../views/time.ts';

/** https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app */
export function tokenFor({ world, body }: Call, installation: Installation) {
  if (installation.suspendedAt !== null) throw new Refusal(403, 'This installation has been suspended');
  const repositories = chosenRepositories(installation, listOf(body['repository_ids']), listOf(body['repositories']));
  const permissions = (body['permissions'] ?? installation.permissions) as Permissions;
  const tooMuch = Object.entries(permissions).some(
    ([name, level]) => !grants(installation.permissions, name, level as Level),
  );
  if (tooMuch) throw new Refusal(422, 'The permissions requested are not granted to this installation.');

  const { name, token } = grantToken(world, { installation, repositories, permissions });
  return {
    token: name,
    expires_at: time(token.expiresAt),
    permissions,
    repository_selection: repositories === null ? installation.selection : 'selected',
    ...(repositories === null ? {} : { repositories: [...repositories].map((each) => repositoryView(world, each)) }),
  };
}

function chosenRepositories(
  installation: Installation,
  ids: readonly unknown[],
  names: readonly unknown[],
): ReadonlySet<Repository> | null {
  if (ids.length + names.length === 0) return null;
  const chosen = [...installation.repositories].filter(({ id, name }) => ids.includes(id) || names.includes(name));
  if (chosen.length === new Set([...ids, ...names]).size) return new Set(chosen);
  const reason =
    'There is at least one repository that does not exist or is not accessible to the parent installation.';
  throw new Refusal(422, reason);
}
