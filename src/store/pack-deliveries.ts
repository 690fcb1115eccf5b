// Deliveries on their way into the database.
import { compressBodies } from './body.ts';
import type { IncomingDelivery } from './store.ts';

/**
 * A listing, as JSON, and all bodies in one frame, which the sizes cut again: one value each, however many deliveries.
 * Throws a RangeError for more than can be stored together.
 */
export async function packDeliveries(
  deliveries: readonly IncomingDelivery[],
): Promise<{ deliveries: string; bodies: Uint8Array }> {
  const listing = deliveries.map(({ guid, event, body }) => ({ guid, event, size: body.length }));
  return {
    deliveries: JSON.stringify(listing),
    bodies: await compressBodies(deliveries.map(({ body }) => body)),
  };
}
