// The delivery that every server is given: a real pull_request payload of 24 KB, signed, under ever new GUIDs.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export const path = '/api/github/webhooks';
export const secret = 'the secret that all servers of this benchmark share';

const size = 24 * 1024;
const examples = createRequire(import.meta.url).resolve('@octokit/webhooks-examples/api.github.com/index.json');

interface Example {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}

/** The largest example of at most 24 KB, as an app's installation gets it, filled up to the byte. */
function createBody(): Buffer {
  const all: readonly Example[] = JSON.parse(readFileSync(examples, 'utf8'));
  const payloads = (all.find(({ name }) => name === 'pull_request')?.examples ?? [])
    .map((payload) => JSON.stringify({ ...payload, installation: { id: 1, node_id: 'MDIz' }, padding: '' }))
    .map((text) => ({ text, missing: size - Buffer.byteLength(text) }))
    .filter(({ missing }) => missing >= 0)
    .sort((a, b) => a.missing - b.missing);
  const [largest] = payloads;
  if (largest === undefined) throw new Error('there is no pull_request example of at most 24 KB');
  return Buffer.from(`${largest.text.slice(0, -'"}'.length)}${'x'.repeat(largest.missing)}"}`);
}

export const body = createBody();

const headers = {
  host: '127.0.0.1',
  'user-agent': 'GitHub-Hookshot/bench',
  accept: '*/*',
  'content-type': 'application/json',
  'content-length': String(body.length),
  'x-github-event': 'pull_request',
  'x-github-hook-id': '1',
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
};
const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
const start = `POST ${path} HTTP/1.1\r\n${head.join('')}x-github-delivery: `;

/** One request as it goes over the wire. The signature covers the body only, so it is the same for every GUID. */
export const nextRequest = (): Buffer => Buffer.concat([Buffer.from(`${start}${randomUUID()}\r\n\r\n`), body]);
