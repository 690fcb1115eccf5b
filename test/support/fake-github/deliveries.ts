// Deliveries that the fake's App has had or is sent, signed as GitHub signs them, and the log of them.
import { createHmac, randomUUID } from 'node:crypto';
import { isPull } from './endpoint.ts';
import type { App, Delivery, Issue, Repository } from './state.ts';
import { accountView } from './views/accounts.ts';
import { issueView } from './views/issues.ts';
import { wholePullView } from './views/pulls.ts';
import { repositoryView } from './views/repositories.ts';
import { ensureAccount, installationOf, type World } from './world.ts';

export interface NewDelivery
  extends Partial<Pick<Delivery, 'guid' | 'payload' | 'statusCode' | 'status' | 'deliveredAt'>> {
  /** `ping`, or with its action `issues.opened`. */
  readonly event: string;
  readonly about?: Repository;
}

/** GitHub waits no longer: https://docs.github.com/webhooks/using-webhooks/handling-failed-webhook-deliveries */
const PATIENCE = 10_000;

/** A line of the delivery log; nothing is sent. By default the App answered 202. */
export function logDelivery(world: World, app: App, given: NewDelivery, redelivery = false): Delivery {
  const [event = '', action = null] = given.event.split('.');
  const statusCode = given.statusCode ?? 202;
  const delivery: Delivery = {
    id: world.nextDeliveryId(),
    guid: given.guid ?? randomUUID(),
    app,
    event,
    action,
    installation: (given.about && installationOf(world, given.about, app)) ?? null,
    repository: given.about ?? null,
    payload: given.payload ?? {},
    deliveredAt: given.deliveredAt ?? world.now(),
    redelivery,
    status: given.status ?? (statusCode >= 200 && statusCode < 400 ? 'OK' : `Invalid HTTP Response: ${statusCode}`),
    statusCode,
  };
  world.deliveries.push(delivery);
  return delivery;
}

/** Sends it to the App's address, if it has one, and notes what was answered; resolves when it was. */
export async function sendDelivery(delivery: Delivery, signal: AbortSignal): Promise<Delivery> {
  const { app, guid, event, payload } = delivery;
  if (app.hookUrl === null) return delivery;
  const body = JSON.stringify(payload);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/0000000',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-hub-signature-256': `sha256=${createHmac('sha256', app.webhookSecret).update(body).digest('hex')}`,
  };
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  try {
    const response = await fetch(app.hookUrl, { method: 'POST', headers, body, signal: patience });
    await response.arrayBuffer();
    Object.assign(delivery, {
      statusCode: response.status,
      status: response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`,
    });
  } catch {
    Object.assign(delivery, { statusCode: 0, status: 'failed to connect to host' });
  }
  return delivery;
}

/** A new line in the log, of the same GUID, and sent. */
export function redeliver(world: World, { app, guid, event, action, payload, repository }: Delivery): Delivery {
  const name = action === null ? event : `${event}.${action}`;
  return logDelivery(world, app, { guid, event: name, payload, ...(repository && { about: repository }) }, true);
}

/** What GitHub would send about an issue or pull request as it is now. */
export function payloadOf(world: World, action: string, issue: Issue, sender: string): Record<string, unknown> {
  const { repository } = issue;
  const installation = installationOf(world, repository);
  return {
    action,
    ...(isPull(issue)
      ? { number: issue.number, pull_request: wholePullView(world, issue) }
      : { issue: issueView(world, issue) }),
    repository: repositoryView(world, repository),
    sender: accountView(world, ensureAccount(world, sender)),
    ...(installation === undefined ? {} : { installation: { id: installation.id, node_id: '' } }),
  };
}
