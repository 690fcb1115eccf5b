// A stored delivery, understood: its payload read by the consumer of its event.
import { createHash } from 'node:crypto';
import type { Consumed } from '../consumers/consumer.ts';
import { checkFamily } from '../consumers/family.ts';
import { parsePayload } from '../consumers/payload.ts';
import { consumerOf } from '../consumers/registry.ts';
import type { Work } from '../store/store.ts';

export interface Understood extends Consumed {
  /** `issues.labeled`, or `fork` for an event without action. */
  readonly name: string;
  /** Digest of the signed body. GUID and event are unsigned headers: whoever holds a body can forge new ones. */
  readonly occurrence: string;
}

/** Null for an event that nobody here consumes. Throws InvalidPayload for one that does not fit. */
export function understand(delivery: NonNullable<Work['delivery']>): Understood | null {
  const consumer = consumerOf(delivery.event);
  if (consumer === undefined) return null;
  const payload = parsePayload(delivery.body);
  checkFamily(consumer.event, payload);
  const consumed = consumer.read(payload);
  const name = consumed.action === null ? delivery.event : `${delivery.event}.${consumed.action}`;
  const occurrence = createHash('sha256').update(delivery.body).digest('base64url').slice(0, 22);
  return { ...consumed, name, occurrence };
}
