// `c4gt send`: one of GitHub's example payloads, changed if wanted, signed and sent.
import { randomUUID } from 'node:crypto';
import { readConfig } from '../config.ts';
import { deliver, example, examples, setIn } from './examples.ts';
import { UsageError } from './usage-error.ts';

export async function send(name: string | undefined, options: { to: string; set?: readonly string[] }): Promise<void> {
  if (name === undefined) {
    if (options.set !== undefined)
      throw new UsageError('name the example before --set, which takes all that follows it');
    const listed = [...examples()].map(([each, { length }]) => `${each}${length > 1 ? ` (${length})` : ''}\n`).sort();
    process.stdout.write(listed.join(''));
    return;
  }
  const { webhookSecrets } = readConfig(process.env, { webhookSecret: true });
  if (!/^https?:\/\//i.test(options.to) || !URL.canParse(options.to))
    throw new UsageError(`--to must be an address such as http://127.0.0.1:3000`);
  const { event, payload } = example(name);
  for (const change of options.set ?? []) setIn(payload, ...assignment(change));
  const guid = randomUUID();
  const sending = { to: options.to, secret: webhookSecrets[0] ?? '', event, body: JSON.stringify(payload), guid };
  const response = await deliver(sending).catch((cause: unknown) => {
    throw new Error(`nobody answers at ${options.to}; is \`npm start\` running?`, { cause });
  });
  const answer = (await response.text()).trim();
  process.stdout.write(`${response.status} ${guid} ${answer}\n`);
  if (!response.ok) process.exitCode = 1;
}

function assignment(change: string): [string, unknown] {
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
