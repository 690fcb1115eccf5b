// What every server is given: a real pull_request payload of 24 KB, with ever other numbers in it, signed, under new GUIDs.
import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
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

const first = createBody().toString();

/** Numbers and digests differ from one delivery to the next; what surrounds them does not. */
function varied(text: string): Buffer {
  const digits = (length: number) => Array.from({ length }, () => randomInt(1, 10)).join('');
  const body = text
    .replaceAll(/\b[0-9a-f]{40}\b/g, () => randomBytes(20).toString('hex'))
    .replaceAll(/\b\d{3,15}\b/g, (number) => digits(number.length));
  return Buffer.from(body);
}

interface Signed {
  readonly head: Buffer;
  readonly body: Buffer;
}

function signed(body: Buffer): Signed {
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
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return { head: Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}x-github-delivery: `), body };
}

// As many as are ever committed together, so that no commit has the same one twice, which would compress to nothing.
const deliveries = Array.from({ length: 128 }, () => signed(varied(first)));
let next = 0;

/** One request as it goes over the wire, of bodies in turn, under a new GUID. The signature covers the body only. */
export function nextRequest(): Buffer {
  const { head, body } = deliveries[next++ % deliveries.length] ?? signed(Buffer.from(first));
  return Buffer.concat([head, Buffer.from(`${randomUUID()}\r\n\r\n`), body]);
}

/** Whether an answer is there to its end: its length or, of a chunked one (Probot's), the last chunk. */
export function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(answer)?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= end + 4 + Number(length);
}
