// Repositories being renamed, moved, archived, hidden or deleted, with everything in them; or found so.
import Type from 'typebox';
import { BACKFILLED } from '../models/backfilled.ts';
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
    const isFound = action === BACKFILLED;
    if (!isFound && !ACTIONS.includes(action))
      throw new InvalidPayload(`repository has no action ${action.slice(0, 100)}`);
    const facts = known(surroundingFacts('repository', payload));
    return {
      action,
      facts,
      // No event is known to have happened.
      ...(isFound ? { implied: [] } : {}),
      observation: {
        subject: subject('repository', payload, 0),
        // A transferred repository keeps its number, so it is only deletion that ends it.
        snapshot: snapshot('repository', facts, {
          at: repository.updated_at,
          rank: rankIn(action, repository.private),
        }),
        ...(action === 'deleted' ? { gone: true } : {}),
      },
    };
  },
};

/** Of two in one second, what hides counts: one that was found public may have been made private since GitHub was asked. */
function rankIn(action: string, isPrivate: boolean | undefined): number {
  if (action === BACKFILLED && isPrivate !== true) return -1;
  return action === 'privatized' ? 2 : action === 'transferred' ? 1 : rankOf(action);
}
