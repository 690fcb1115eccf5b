// `c4gt send`: one of GitHub's example payloads, changed if wanted, signed and sent.
import { randomUUID } from 'node:crypto';
import { readConfig } from '../config.ts';
import { C4GT } from '../program-name.ts';
import { deliver, example, examples, type Payload, setIn } from './examples.ts';
import { serverAt } from './server-address.ts';
import { UsageError } from './usage-error.ts';

export async function send(name: string | undefined, options: { to?: string; set?: readonly string[] }): Promise<void> {
  if (name === undefined) {
    if (options.set !== undefined)
      throw new UsageError('name the example before --set, which takes all that follows it');
    const listed = [...examples()].map(([each, { length }]) => `${each}${length > 1 ? ` (${length})` : ''}\n`).sort();
    process.stdout.write(listed.join(''));
    return;
  }
  const { webhookSecrets } = readConfig(process.env, { webhookSecret: true });
  const to = serverAt(options.to, '--to');
  const { event, payload } = example(name);
  happenNow(payload);
  for (const change of options.set ?? []) setIn(payload, ...assignment(change));
  const guid = randomUUID();
  const sending = { to, secret: webhookSecrets[0] ?? '', event, body: JSON.stringify(payload), guid };
  const response = await deliver(sending).catch((cause: unknown) => {
    throw new Error(`nobody answers at ${to}; is the server running? \`${C4GT} serve\` starts it`, { cause });
  });
  const answer = (await response.text()).trim();
  process.stdout.write(`${response.status} ${guid} ${answer}\n`);
  if (!response.ok) process.exitCode = 1;
}

/** The examples are of years ago: what is sent is to be news, and later than what was sent before. */
function happenNow(payload: Payload): void {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  for (const subject of ['issue', 'pull_request', 'review']) {
    const about = payload[subject];
    if (typeof about !== 'object' || about === null) continue;
    for (const time of ['updated_at', 'submitted_at']) if (time in about) Object.assign(about, { [time]: now });
  }
}

/** `path=value`, the value as JSON or plain text. Throws UsageError. */
export function assignment(change: string): [string, unknown] {
  const at = change.indexOf('=');
  const [path, text] = [change.slice(0, at), change.slice(at + 1)];
  if (at < 1 || /(^|\.)(__proto__|constructor|prototype)(\.|$)/.test(path))
    throw new UsageError(`--set wants path=value, not ${change}`);
  try {
    return [path, JSON.parse(text)];
  } catch {
    return [path, text];
  }
}
