// GitHub's own example payloads, by event and action.
import { createRequire } from 'node:module';
import type { Consumed } from '../../src/consumers/consumer.ts';
import { consumerOf } from '../../src/consumers/registry.ts';

interface Family {
  readonly name: string;
  readonly examples: readonly Payload[];
}

export type Payload = Record<string, unknown> & { readonly action?: string };

const families: readonly Family[] = createRequire(import.meta.url)('@octokit/webhooks-examples');

export const examples: readonly (readonly [event: string, payload: Payload])[] = families.flatMap(
  ({ name, examples }) => examples.map((payload) => [name, payload] as const),
);

/** A copy of the newest example of this event and action, with some of its fields changed: `{ 'issue.body': null }`. */
export function example(name: string, changes: Readonly<Record<string, unknown>> = {}): Payload {
  const [event, action] = name.split('.');
  const found = examples.findLast(
    ([its, payload]) => its === event && (action === undefined || payload.action === action),
  );
  if (found === undefined) throw new Error(`GitHub has no example of ${name}`);
  const payload: Payload = structuredClone(found[1]);
  for (const [path, value] of Object.entries(changes)) put(payload, path.split('.'), value);
  return payload;
}

/** What its consumer makes of GitHub's example of `event.action`, with some fields changed. */
export function read(name: string, changes: Readonly<Record<string, unknown>> = {}): Consumed {
  const consumer = consumerOf(name.split('.')[0] ?? '');
  if (consumer === undefined) throw new Error(`no consumer of ${name}`);
  return consumer.read(example(name, changes));
}

export const CODERTOCAT = { id: 21031067, login: 'Codertocat', type: 'User' };

/** Sets a field, or takes it out when the value is undefined. */
function put(into: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) put(into[key] as Record<string, unknown>, rest, value);
  else if (value === undefined) delete into[key];
  else into[key] = value;
}
