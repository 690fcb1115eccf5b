// `installation.*`, as the events about installations offer them.
import type { Installation } from '../models/installation.ts';
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
