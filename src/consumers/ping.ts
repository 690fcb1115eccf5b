// GitHub's greeting to a new webhook: it must be understood, and there is nothing to do.
import Type from 'typebox';
import { reader } from '../models/validate.ts';
import type { Consumer } from './consumer.ts';

const payloadOf = reader(Type.Object({}));

/** https://docs.github.com/webhooks/webhook-events-and-payloads#ping */
export const ping: Consumer = {
  event: 'ping',
  actions: [],
  subject: null,
  read(raw) {
    payloadOf(raw);
    return { action: null, facts: {} };
  },
};
