// Repositories, labels and collaborators as GitHub's REST API shows them; the many fields that nobody reads are those
// of GitHub's own example answer.
import { exampleText } from '../description.ts';
import type { Account, Label, Repository } from '../state.ts';
import { fullName, permissionOf, type World } from '../world.ts';
import { accountView } from './accounts.ts';
import { nodeId, time } from './time.ts';

/** The example's fields with this repository's names in them; made once for each, as lists hold hundreds of them. */
const templates = new WeakMap<Repository, { readonly name: string; readonly fields: Record<string, unknown> }>();

export function repositoryView(world: World, repository: Repository) {
  const { id, owner, name } = repository;
  const open = [...repository.issues.values()].filter(({ state }) => state === 'open').length;
  return {
    ...templateOf(world, repository),
    id,
    node_id: nodeId('R', id),
    name,
    full_name: fullName(repository),
    owner: accountView(world, owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    archived: repository.archived,
    has_issues: repository.hasIssues,
    open_issues: open,
    open_issues_count: open,
    created_at: time(repository.createdAt),
    updated_at: time(repository.updatedAt),
    pushed_at: time(repository.createdAt),
  };
}

function templateOf(world: World, repository: Repository): Record<string, unknown> {
  const name = `${world.url} ${fullName(repository)}`;
  const known = templates.get(repository);
  if (known?.name === name) return known.fields;
  const text = exampleText('repository-paginated')
    .replaceAll('octocat/Hello-World', fullName(repository))
    .replaceAll('https://api.github.com', world.url);
  const [fields = {}] = (JSON.parse(text) as { repositories: Record<string, unknown>[] }).repositories;
  templates.set(repository, { name, fields });
  return fields;
}

export function labelView(world: World, repository: Repository, { id, name, color, description }: Label) {
  const url = `${world.url}/repos/${fullName(repository)}/labels/${encodeURIComponent(name)}`;
  return { id, node_id: nodeId('LA', id), url, name, color, default: false, description };
}

/** https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
export function permissionView(world: World, repository: Repository, account: Account) {
  const permission = permissionOf(repository, account);
  const role_name = repository.collaborators.get(account.login.toLowerCase()) ?? permission;
  return { permission, role_name, user: { ...accountView(world, account), role_name } };
}

export function associationOf(repository: Repository, account: Account): string {
  if (account === repository.owner) return 'OWNER';
  return repository.collaborators.has(account.login.toLowerCase()) ? 'COLLABORATOR' : 'NONE';
}
