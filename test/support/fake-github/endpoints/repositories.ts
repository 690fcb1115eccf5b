// Endpoints of repositories: which an installation has, their labels, and who may do what in them.
import { covers, theInstallation } from '../asker.ts';
import { asInstallation, created, type Endpoints, inRepository, nothing, ok, textOf } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { invalid, notFound } from '../refusal.ts';
import { ensureLabel } from '../scenery.ts';
import { publicAccountView } from '../views/accounts.ts';
import { labelView, permissionView, repositoryView } from '../views/repositories.ts';
import { accountOf } from '../world.ts';

export const repositories: Endpoints = {
  'GET /installation/repositories': asInstallation((call, installation) => {
    const by = theInstallation(call.asker);
    const list = [...installation.repositories].filter((each) => covers(by, each));
    const { items, headers } = pageOf(call, list);
    const shown = items.map((each) => repositoryView(call.world, each));
    return ok({ total_count: list.length, repository_selection: installation.selection, repositories: shown }, headers);
  }),
  'GET /repos/{owner}/{repo}': inRepository('read', ['metadata'], ({ world }, repository) => {
    const counts = { network_count: 0, subscribers_count: 0, has_discussions: false };
    return ok({ ...repositoryView(world, repository), ...counts });
  }),
  'GET /repos/{owner}/{repo}/labels': inRepository('read', ['issues', 'pull_requests'], (call, repository) => {
    const { items, headers } = pageOf(call, [...repository.labels.values()], repository);
    return ok(
      items.map((each) => labelView(call.world, repository, each)),
      headers,
    );
  }),
  'GET /repos/{owner}/{repo}/labels/{name}': inRepository(
    'read',
    ['issues', 'pull_requests'],
    ({ world, path }, repository) => {
      const label = repository.labels.get(String(path['name']).toLowerCase());
      if (label === undefined) throw notFound();
      return ok(labelView(world, repository, label));
    },
  ),
  'POST /repos/{owner}/{repo}/labels': inRepository(
    'write',
    ['issues', 'pull_requests'],
    ({ world, body }, repository) => {
      const [name, color, description] = [
        textOf(body['name']) ?? '',
        textOf(body['color']),
        textOf(body['description']),
      ];
      if (repository.labels.has(name.toLowerCase())) {
        throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
      }
      const label = ensureLabel(world, repository, name);
      Object.assign(label, { description, color: color ?? label.color });
      return created(labelView(world, repository, label));
    },
  ),
  'GET /repos/{owner}/{repo}/assignees/{assignee}': inRepository(
    'read',
    ['metadata'],
    ({ world, path }, repository) => {
      const account = accountOf(world, String(path['assignee']));
      const known =
        account !== undefined &&
        (account === repository.owner || repository.collaborators.has(account.login.toLowerCase()));
      if (!known) throw notFound();
      return nothing;
    },
  ),
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': inRepository(
    'read',
    ['metadata'],
    (call, repository) => {
      const account = accountOf(call.world, String(call.path['username']));
      if (account === undefined) throw notFound();
      return ok(permissionView(call.world, repository, account));
    },
  ),
  'GET /users/{username}': ({ world, path }) => {
    const account = accountOf(world, String(path['username']));
    if (account === undefined) throw notFound();
    return ok(publicAccountView(world, account));
  },
};
