// The payloads that tests of rules begin with: GitHub's examples, and JSON files beside the tests.
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { parsePayload } from '../consumers/payload.ts';
import { InvalidPayload } from '../models/validate.ts';
import { isObject, type Payload, type Payloads } from '../rule-tests/payload.ts';
import { examples } from './examples.ts';

/** As GitHub caps a delivery: https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
const MAX_BYTES = 25 * 1024 * 1024;

/**
 * Reads each file once, and none that lies outside: what a branch under review brings along may name any file of
 * whoever tests it, and what is quoted of it would be in a public log.
 *
 * @param directories of the rules; the repository that a test file is in counts as well
 */
export function testPayloads(directories: readonly string[] = []): Payloads {
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
      const known = files.get(file) ?? read(file, [repositoryOf(dirname(from)), ...directories]);
      files.set(file, known);
      return known;
    },
  };
}

function read(file: string, within: readonly string[]): Payload {
  const about = statSync(file, { throwIfNoEntry: false });
  if (about?.isFile() !== true) throw new Error(`there is no file ${file}`);
  const real = realpathSync(file);
  const isInside = within.some((directory) => real.startsWith(join(realpathSync(directory), sep)));
  if (!isInside) throw new Error(`${file} lies outside the repository, or the directory of the rules`);
  if (!real.endsWith('.json')) throw new Error(`${file} is a link to a file of another kind`);
  if (about.size > MAX_BYTES) throw new Error(`${file} is larger than any payload`);
  const payload = parsed(real, file);
  if (!isObject(payload)) throw new Error(`${file} is no payload: a payload is a JSON object`);
  return payload;
}

/** As the worker reads it, which quotes nothing of what it refuses. */
function parsed(real: string, file: string): unknown {
  try {
    return parsePayload(readFileSync(real));
  } catch (cause) {
    if (cause instanceof InvalidPayload) throw new Error(`${file}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** The top of the repository that a directory is in, or else the directory itself. */
function repositoryOf(directory: string): string {
  for (let at = resolve(directory); at !== dirname(at); at = dirname(at)) if (existsSync(join(at, '.git'))) return at;
  return directory;
}
