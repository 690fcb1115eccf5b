// `installation.*`, as the events about installations offer them, and what they tell of it for ourselves to know.
import { type Installation, type InstallationNews, installationTime } from '../models/installation.ts';
import type { Consumed } from './consumer.ts';
import { account, type Read } from './context.ts';

export function installationFacts({ account: owner, repository_selection: selection }: Installation): Read {
  return {
    'installation.account':
      typeof owner?.login === 'string'
        ? account({ ...owner, login: owner.login, type: owner.type ?? 'Organization' })
        : undefined,
    'installation.repository_selection': selection,
  };
}

/** Those of which we have heard nothing until now, or not all there was to hear. */
const BEGINNINGS = new Set(['installation.created', 'installation.unsuspend', 'installation.new_permissions_accepted']);

/**
 * Nothing where the installation is not described in full, as its own events do.
 *
 * @param event with its action: `installation.created`
 */
export function installationNews(
  event: string,
  installation: Installation,
  repositories: Pick<InstallationNews, 'added' | 'removed'>,
): Pick<Consumed, 'installation'> {
  if (!installation.account || !installation.updated_at) return {};
  const suspended = typeof installation.suspended_at === 'string' ? 'suspended' : 'active';
  const news: InstallationNews = {
    id: installation.id,
    account: installation.account.login ?? null,
    state: event === 'installation.deleted' ? 'deleted' : suspended,
    ...installationTime(installation, event === 'installation.unsuspend'),
    added: repositories.added.map(({ id, full_name }) => ({ id, full_name })),
    removed: repositories.removed.map(({ id, full_name }) => ({ id, full_name })),
    whole: BEGINNINGS.has(event),
  };
  return { installation: news };
}
