// A payload to explain: from a file, standard input or GitHub's examples, with what is to be changed in it.
import { readFile, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { inferEvents } from '../consumers/infer-event.ts';
import { parsePayload } from '../consumers/payload.ts';
import { consumerOf, consumers } from '../consumers/registry.ts';
import { didYouMean } from '../engine/closest.ts';
import { derive, fact, factsOf } from '../facts/catalogue.ts';
import type { FactEntry, Facts, FactValue } from '../facts/fact.ts';
import { InvalidPayload } from '../models/validate.ts';
import { isObject, type Payload } from '../rule-tests/payload.ts';
import { type People, peopleOf } from '../rule-tests/people.ts';
import { inOrder, withFact } from '../rule-tests/set-fact.ts';
import { unsettable } from '../rule-tests/settable.ts';
import { isSettable } from '../rule-tests/tests-schema.ts';
import type { Written } from '../rule-tests/written-test.ts';
import { example, examples, setIn } from './examples.ts';
import { assignment } from './send.ts';
import { UsageError } from './usage-error.ts';

export interface GivenPayload {
  readonly event: string;
  readonly body: Uint8Array;
  /** Facts that would be looked up, where they were set. */
  readonly lookups: Facts;
}

/**
 * @param what a path, `-` for standard input, or the name of an example
 * @param event GitHub's name of the event; without it, a file's shape has to tell
 * @param set `path=value` of the payload, or `fact=value`
 * @throws UsageError in a sentence
 */
export async function payloadOf(
  what: string,
  { event, set = [] }: { readonly event?: string; readonly set?: readonly string[] },
): Promise<GivenPayload> {
  const file = what === '-' || (await isFile(what));
  if (!file && event !== undefined) throw new UsageError(`--event goes with a file; ${what} is none`);
  if (!file && /\.json$/i.test(what)) throw new UsageError(`there is no file ${what}`);
  const given = file ? await inFile(what, event) : example(what);
  return changed(given.event, given.payload, set);
}

async function isFile(path: string): Promise<boolean> {
  const about = await stat(path).catch(() => null);
  // An example goes by `pull_request.closed/2`; a folder of that name is no payload.
  return about !== null && (!about.isDirectory() || !examples().has(path));
}

async function inFile(path: string, event: string | undefined): Promise<{ event: string; payload: Payload }> {
  const name = path === '-' ? 'standard input' : path;
  const bytes = path === '-' ? await buffer(process.stdin) : await read(path);
  const payload = parsed(bytes, name);
  if (!isObject(payload)) throw new UsageError(`${name} is no payload: it is no JSON object`);
  return { event: event === undefined ? inferred(payload, name) : known(event), payload };
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new UsageError(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  });
}

function parsed(bytes: Uint8Array, name: string): unknown {
  try {
    return parsePayload(bytes);
  } catch (cause) {
    if (cause instanceof InvalidPayload) throw new Error(`${name} cannot be read: ${cause.message}`, { cause });
    throw cause;
  }
}

function known(event: string): string {
  if (consumerOf(event) !== undefined) return event;
  throw new UsageError(`--event is one of ${Object.keys(consumers).join(', ')}, not ${event}`);
}

function inferred(payload: Payload, name: string): string {
  const events = inferEvents(payload);
  const [only, second] = events;
  if (only !== undefined && second === undefined) return only;
  const could = only === undefined ? 'is like none that is known here' : `could be of ${events.join(' or ')}`;
  throw new UsageError(`the payload in ${name} ${could}; say which event it is with --event`);
}

function changed(event: string, payload: Payload, set: readonly string[]): GivenPayload {
  const people = peopleOf([payload]);
  const changes = set.map(assignment).map(([name, value]) => ({ name, value }));
  const lookups: Record<string, FactValue> = {};
  let now = payload;
  for (const { name, value } of inOrder(changes)) {
    const entry = fact(name);
    if (entry === undefined) refuseMisspelt(name, event, payload);
    if (entry === undefined || !isWritten(value)) now = withPart(now, name, value);
    else if (entry.source === 'lookup') lookups[name] = asFact(fitting(value, entry), entry, people);
    else if (!isSettable(entry)) throw new UsageError(unsettable(entry).message);
    else now = withFact(now, name, fitting(value, entry), { people, event, now: new Date().toISOString() });
  }
  return { event, body: Buffer.from(JSON.stringify(now)), lookups: derive(lookups) };
}

/** A misspelt fact would become a part of the payload that nothing reads, and be missed in silence. */
function refuseMisspelt(name: string, event: string, payload: Payload): void {
  const family = name.slice(0, name.lastIndexOf('.') + 1);
  const kin = factsOf(event).flatMap((each) => (each.name.startsWith(family) ? [each.name] : []));
  const hint = family === '' ? undefined : didYouMean(name, kin);
  if (hint === undefined || [payload, ...(examples().get(event) ?? [])].some((each) => holds(each, name))) return;
  throw new UsageError(`there is no ${name}, neither as a fact nor in a payload; ${hint}`);
}

/** Whether there is anything at the path, null included. */
function holds(payload: Payload, path: string): boolean {
  let at: unknown = payload;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Payload)[key];
  }
  return true;
}

function withPart(payload: Payload, path: string, value: unknown): Payload {
  const copy = structuredClone({ ...payload });
  setIn(copy, path, value);
  return copy;
}

/** What a fact can be given as; anything else is a part of a payload. */
function isWritten(value: unknown): value is Written {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return value === null || typeof value !== 'object';
}

/** The value as the fact has it: `42` is a title too, and a list is given as one. */
function fitting(value: Written, { name, type, example: like }: FactEntry): Written {
  if ((type === 'strings' || type === 'users') && value !== null && !Array.isArray(value)) {
    const written = type === 'users' ? ['octocat'] : like;
    throw new UsageError(`${name} is a list: --set '${name}=${JSON.stringify(written)}'`);
  }
  return typeof value === 'number' && (type === 'string' || type === 'user') ? String(value) : value;
}

/** A user goes by its login. */
function asFact(value: Written, { type }: FactEntry, people: People): FactValue {
  const user = (login: string) => {
    const { id, login: name } = people.account(login);
    return { id, login: name };
  };
  if (type === 'user' && typeof value === 'string') return user(value);
  return type === 'users' && Array.isArray(value) ? value.map(user) : value;
}
