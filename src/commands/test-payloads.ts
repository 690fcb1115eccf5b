// The payloads that tests of rules begin with: GitHub's examples, and JSON files beside the tests.
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isObject, type Payload, type Payloads } from '../rule-tests/payload.ts';
import { examples } from './examples.ts';

/** As GitHub caps a delivery: https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
const MAX_BYTES = 25 * 1024 * 1024;

/** Reads each file once. */
export function testPayloads(): Payloads {
  const files = new Map<string, Payload>();
  return {
    example: (name) => {
      const [path = name, index = '1'] = name.split('/');
      const payload = /^[1-9]\d*$/.test(index) ? examples().get(path)?.[Number(index) - 1] : undefined;
      return payload === undefined ? null : { event: path.split('.')[0] ?? path, payload };
    },
    exampleNames: () => [...examples().keys()],
    file: (path, from) => {
      if (isAbsolute(path)) throw new Error('a payload file is named relative to the test file');
      const file = join(dirname(from), path);
      const known = files.get(file) ?? read(file);
      files.set(file, known);
      return known;
    },
  };
}

function read(file: string): Payload {
  const about = statSync(file, { throwIfNoEntry: false });
  if (about?.isFile() !== true) throw new Error(`there is no file ${file}`);
  if (about.size > MAX_BYTES) throw new Error(`${file} is larger than any payload`);
  try {
    const payload: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isObject(payload)) return payload;
  } catch (cause) {
    throw new Error(`${file} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  throw new Error(`${file} is no payload: a payload is a JSON object`);
}
