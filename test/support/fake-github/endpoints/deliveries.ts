// Endpoints of the App's delivery log: what GitHub sent it in the last three days, and sending it again.

import { bigNumber } from '../big-number.ts';
import { asApp, type Call, type Endpoints, ok } from '../endpoint.ts';
import { cursorPageOf } from '../pages.ts';
import { notFound } from '../refusal.ts';
import type { App, Delivery } from '../state.ts';
import { time } from '../views/time.ts';
import type { World } from '../world.ts';

/** Sends a delivery again, in its own time. */
export type Redeliver = (delivery: Delivery) => void;

/** https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries */
const KEPT = 3 * 24 * 3_600_000;

export const deliveries = (redeliver: Redeliver): Endpoints => ({
  'GET /app/hook/deliveries': asApp((call, app) => {
    const wanted = call.query['status'];
    const list = kept(call.world, app).filter((each) => wanted === undefined || outcomeOf(each) === wanted);
    const { items, headers } = cursorPageOf(call, list.reverse(), ({ id }) => String(id));
    return ok(items.map(deliveryView), headers);
  }),
  'GET /app/hook/deliveries/{delivery_id}': asApp((call, app) => {
    const delivery = named(call, app);
    const request = { headers: { 'X-GitHub-Delivery': delivery.guid, 'X-GitHub-Event': delivery.event } };
    return ok({
      ...deliveryView(delivery),
      url: app.hookUrl ?? '',
      request: { ...request, payload: delivery.payload },
      response: { headers: {}, payload: delivery.status },
    });
  }),
  'POST /app/hook/deliveries/{delivery_id}/attempts': asApp((call, app) => {
    redeliver(named(call, app));
    return { status: 202, body: {} };
  }),
});

const kept = (world: World, app: App) =>
  world.deliveries.filter((each) => each.app === app && each.deliveredAt > world.now() - KEPT);

function named({ world, path }: Call, app: App): Delivery {
  const delivery = kept(world, app).find(({ id }) => String(id) === path['delivery_id']);
  if (delivery === undefined) throw notFound();
  return delivery;
}

function outcomeOf({ statusCode }: Delivery): 'success' | 'failure' {
  return statusCode >= 200 && statusCode < 400 ? 'success' : 'failure';
}

function deliveryView(delivery: Delivery) {
  return {
    id: bigNumber(delivery.id),
    guid: delivery.guid,
    delivered_at: time(delivery.deliveredAt),
    redelivery: delivery.redelivery,
    duration: 0.1,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installation?.id ?? null,
    repository_id: delivery.repository?.id ?? null,
    throttled_at: null,
  };
}
