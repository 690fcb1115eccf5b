// The account in whose name an installation writes.
import { theInstallation } from '../asker.ts';
import type { Call } from '../endpoint.ts';
import type { Account } from '../state.ts';

export function byUs({ asker }: Call): Account {
  return theInstallation(asker).installation.app.bot;
}
