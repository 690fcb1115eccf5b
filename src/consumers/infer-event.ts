// Which event a body could be of, told by its shape alone: a payload in a file comes without the header that says so.
import { InvalidPayload } from '../models/validate.ts';
import type { Consumer } from './consumer.ts';
import { checkFamily } from './family.ts';
import { consumers } from './registry.ts';

/** The events whose consumers can read the body; usually one. */
export function inferEvents(payload: unknown): string[] {
  const all: readonly Consumer[] = Object.values(consumers);
  return all.filter((consumer) => isLike(consumer, payload)).map(({ event }) => event);
}

function isLike({ event, actions, read }: Consumer, payload: unknown): boolean {
  if (typeof payload !== 'object' || payload === null) return false;
  try {
    checkFamily(event, payload);
    const { action } = read(payload);
    if (action !== null) return actions.includes(action);
    // Of the one event without an action, GitHub's greeting, the body has to look like it: its reader takes any.
    return 'zen' in payload;
  } catch (error) {
    if (error instanceof InvalidPayload) return false;
    throw error;
  }
}
