// What a page's form sends, read within narrow bounds.
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '../http/problem.ts';

/** Bytes: our forms have a few short fields. */
const LARGEST = 8 * 1024;

/**
 * @returns the fields; of those given twice the first
 * @throws HttpProblem 415 or 413, after which the connection ends: the rest is not read
 */
export async function readForm(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const refuse = (status: number, detail: string) =>
    new HttpProblem(status, detail, { headers: { Connection: 'close' } });
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw refuse(415, 'This takes what its form sends, and nothing else.');
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LARGEST) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new HttpProblem(400, 'The connection ended before the form did.', { cause });
  }
  if (length > LARGEST) throw refuse(413, `A form has at most ${LARGEST} bytes.`);
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(Buffer.concat(chunks).toString('utf8')))
    if (!fields.has(name)) fields.set(name, value);
  return fields;
}
