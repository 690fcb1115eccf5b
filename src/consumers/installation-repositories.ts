// Repositories joining and leaving an installation of the app.
import Type from 'typebox';
import { Installation, InstalledRepository } from '../models/installation.ts';
import { Maybe } from '../models/nullable.ts';
import { reader } from '../models/validate.ts';
import type { Consumer } from './consumer.ts';
import { eventFacts, known, surroundings } from './context.ts';
import { installationFacts, installationNews } from './installation-facts.ts';

const { action, sender } = surroundings;
const Repositories = Type.Array(InstalledRepository);
const payloadOf = reader(
  Type.Object({
    action,
    sender,
    installation: Installation,
    repository_selection: Maybe(Type.String()),
    repositories_added: Repositories,
    repositories_removed: Repositories,
  }),
);

/** https://docs.github.com/webhooks/webhook-events-and-payloads#installation_repositories */
export const installationRepositories: Consumer = {
  event: 'installation_repositories',
  actions: ['added', 'removed'],
  subject: null,
  read(raw) {
    const payload = payloadOf(raw);
    const facts = known({
      ...eventFacts('installation_repositories', payload),
      ...installationFacts(payload.installation),
      'installation.repositories_added': payload.repositories_added.map((repository) => repository.full_name),
      'installation.repositories_removed': payload.repositories_removed.map((repository) => repository.full_name),
    });
    const { action, installation, repositories_added: added, repositories_removed: removed } = payload;
    return {
      action,
      facts,
      ...installationNews(`installation_repositories.${action}`, installation, { added, removed }),
    };
  },
};
