// Deliveries on their way into the database.
import { compressBody } from './body.ts';
import type { Json } from './json.ts';
import type { IncomingDelivery } from './store.ts';

/** Bodies travel in one binary parameter, cut by the sizes: bytes in JSON would need escaping and take twice the room. */
export function packDeliveries(deliveries: readonly IncomingDelivery[]): { deliveries: Json; bodies: Uint8Array } {
  const bodies = deliveries.map(({ body }) => compressBody(body));
  return {
    deliveries: deliveries.map(({ guid, event }, index) => ({ guid, event, size: bodies[index]?.length ?? 0 })),
    bodies: Buffer.concat(bodies),
  };
}
