// Repositories being renamed, moved, archived or deleted, with everything in them.
import Type from 'typebox';
import { Repository } from '../models/repository.ts';
import { Timestamp } from '../models/timestamp.ts';
import { InvalidPayload, reader } from '../models/validate.ts';
import type { Consumer } from './consumer.ts';
import { known, rankOf, snapshot, subject, surroundingFacts, surroundings } from './context.ts';

const payloadOf = reader(
  Type.Object({ ...surroundings, repository: Type.Object({ ...Repository.properties, updated_at: Timestamp }) }),
);

const ACTIONS = [
  'archived',
  'created',
  'deleted',
  'edited',
  'privatized',
  'publicized',
  'renamed',
  'transferred',
  'unarchived',
];

/** https://docs.github.com/webhooks/webhook-events-and-payloads#repository */
export const repositories: Consumer = {
  event: 'repository',
  actions: ACTIONS,
  subject: null,
  read(raw) {
    const payload = payloadOf(raw);
    const { action, repository } = payload;
    if (!ACTIONS.includes(action)) throw new InvalidPayload(`repository has no action ${action.slice(0, 100)}`);
    const facts = known(surroundingFacts('repository', payload));
    return {
      action,
      facts,
      observation: {
        subject: subject('repository', payload, 0),
        // A transferred repository keeps its number, so it is only deletion that ends it.
        snapshot: snapshot('repository', facts, {
          at: repository.updated_at,
          // Of two in one second, what hides counts.
          rank: action === 'privatized' ? 2 : action === 'transferred' ? 1 : rankOf(action),
        }),
        ...(action === 'deleted' ? { gone: true } : {}),
      },
    };
  },
};
