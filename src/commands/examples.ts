// GitHub's own example payloads, by name, and how one is signed and delivered as GitHub would.
import { createHmac, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { closest } from '../engine/closest.ts';
import { webhooksPath } from '../listener/limits.ts';
import { UsageError } from './usage-error.ts';

export type Payload = Record<string, unknown>;

interface EventExamples {
  readonly name: string;
  readonly examples: readonly Payload[];
}

let loaded: ReadonlyMap<string, readonly Payload[]> | undefined;

/** All 329 examples, by `event` and by `event.action`; nine megabytes, read at the first call. */
export function examples(): ReadonlyMap<string, readonly Payload[]> {
  loaded ??= byName(createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly EventExamples[]);
  return loaded;
}

function byName(events: readonly EventExamples[]): ReadonlyMap<string, readonly Payload[]> {
  const named = new Map<string, Payload[]>();
  for (const { name, examples: ofEvent } of events) {
    for (const example of ofEvent) {
      const names = typeof example['action'] === 'string' ? [name, `${name}.${example['action']}`] : [name];
      for (const each of names) named.set(each, [...(named.get(each) ?? []), example]);
    }
  }
  return named;
}

/**
 * A copy of the example `issues.opened`, or `issues.opened/2` for the second of that name.
 *
 * @throws UsageError when there is none, with the nearest name
 */
export function example(name: string): { event: string; payload: Payload } {
  const [path = name, index = '1'] = name.split('/');
  const payload = examples().get(path)?.[Number(index) - 1];
  if (payload === undefined) {
    const near = closest(path, [...examples().keys()]);
    throw new UsageError(`there is no example ${name}${near === null ? '' : `; did you mean ${near}?`}`);
  }
  return { event: path.split('.')[0] ?? path, payload: structuredClone(payload) };
}

/** Sets what a dotted path names, making the objects on the way. */
export function setIn(payload: Payload, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? path;
  let at: Payload = payload;
  for (const key of keys) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    if (typeof next !== 'object' || next === null) at[key] = {};
    at = at[key] as Payload;
  }
  at[last] = value;
}

export interface Sending {
  readonly to: string;
  readonly secret: string;
  readonly event: string;
  readonly body: string;
  readonly guid?: string;
}

/** Delivers a body as GitHub does: https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers */
export async function deliver({ to, secret, event, body, guid = randomUUID() }: Sending): Promise<Response> {
  return fetch(new URL(webhooksPath, to), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/c4gt',
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
    signal: AbortSignal.timeout(15_000),
  });
}
