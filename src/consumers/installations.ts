// Organisations installing, suspending and removing the app.
import Type from 'typebox';
import { Installation, InstalledRepository } from '../models/installation.ts';
import { Maybe } from '../models/nullable.ts';
import { InvalidPayload, reader } from '../models/validate.ts';
import type { Consumer } from './consumer.ts';
import { eventFacts, known, surroundings } from './context.ts';
import { installationFacts, installationNews } from './installation-facts.ts';

const { action, sender } = surroundings;
const payloadOf = reader(
  Type.Object({ action, sender, installation: Installation, repositories: Maybe(Type.Array(InstalledRepository)) }),
);

const ACTIONS = ['created', 'deleted', 'new_permissions_accepted', 'suspend', 'unsuspend'];

/** https://docs.github.com/webhooks/webhook-events-and-payloads#installation */
export const installations: Consumer = {
  event: 'installation',
  actions: ACTIONS,
  subject: null,
  read(raw) {
    const payload = payloadOf(raw);
    const facts = known({
      ...eventFacts('installation', payload),
      ...installationFacts(payload.installation),
      'installation.repositories': payload.repositories?.map((repository) => repository.full_name),
    });
    const repositories = { added: payload.repositories ?? [], removed: [] };
    const { action, installation } = payload;
    if (!ACTIONS.includes(action)) throw new InvalidPayload(`installation has no action ${action.slice(0, 100)}`);
    return { action, facts, ...installationNews(`installation.${action}`, installation, repositories) };
  },
};
