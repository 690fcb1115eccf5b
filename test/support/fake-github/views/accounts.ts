// Accounts, Apps and installations as GitHub's REST API shows them.
import type { Account, App, Installation } from '../state.ts';
import type { World } from '../world.ts';
import { nodeId, time, timeOrNull } from './time.ts';

export function accountView({ url }: World, { id, login, type }: Account) {
  const own = `${url}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url: own,
    html_url: `https://github.com/${type === 'Bot' ? `apps/${login.replace('[bot]', '')}` : login}`,
    followers_url: `${own}/followers`,
    following_url: `${own}/following{/other_user}`,
    gists_url: `${own}/gists{/gist_id}`,
    starred_url: `${own}/starred{/owner}{/repo}`,
    subscriptions_url: `${own}/subscriptions`,
    organizations_url: `${own}/orgs`,
    repos_url: `${own}/repos`,
    events_url: `${own}/events{/privacy}`,
    received_events_url: `${own}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** What GET /users/{username} adds. */
export function publicAccountView(world: World, account: Account) {
  const at = '2020-01-01T00:00:00Z';
  return {
    ...accountView(world, account),
    ...{ name: null, company: null, blog: '', location: null, email: null, hireable: null, bio: null },
    ...{ twitter_username: null, public_repos: 0, public_gists: 0, followers: 0, following: 0 },
    ...{ created_at: at, updated_at: at },
  };
}

export function appView(world: World, app: App) {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: accountView(world, app.owner),
    name: app.slug,
    description: '',
    external_url: 'https://example.org',
    html_url: `https://github.com/apps/${app.slug}`,
    created_at: time(app.createdAt),
    updated_at: time(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  };
}

export function installationView(world: World, installation: Installation) {
  const { id, app, account } = installation;
  return {
    id,
    account: accountView(world, account),
    repository_selection: installation.selection,
    access_tokens_url: `${world.url}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `https://github.com/settings/installations/${id}`,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: installation.events,
    created_at: time(installation.createdAt),
    updated_at: time(installation.updatedAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt === null ? null : accountView(world, account),
    suspended_at: timeOrNull(installation.suspendedAt),
  };
}
