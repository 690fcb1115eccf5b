// Payloads as plain objects that are never changed: a change makes a new one, and shares what stayed the same. So
// GitHub's examples, which are large, need not be copied for every test.

export type Payload = Readonly<Record<string, unknown>>;

/** Where payloads come from; neither gives a copy, and nobody changes what it gives. */
export interface Payloads {
  /** GitHub's example `issues.opened`, or `issues.opened/2`; null where there is none. */
  example(name: string): { readonly event: string; readonly payload: Payload } | null;
  /** The names of examples, for suggestions. */
  exampleNames(): readonly string[];
  /**
   * The payload in a JSON file.
   *
   * @param path as the test names it
   * @param from the test file, to which it is relative
   * @throws Error in a sentence when there is none
   */
  file(path: string, from: string): Payload;
}

/** The object behind a key; empty where there is none. */
export function objectAt(payload: Payload | undefined, key: string): Payload {
  const value = payload?.[key];
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** With another value at a path; what is missing on the way is made. */
export function withPath(payload: Payload, path: readonly string[], value: unknown): Payload {
  const [key, ...rest] = path;
  if (key === undefined) return payload;
  return { ...payload, [key]: rest.length === 0 ? value : withPath(objectAt(payload, key), rest, value) };
}

/** Those keys of an object that another one has too. */
export function shapedLike(object: Payload, shape: Payload): Payload {
  return Object.fromEntries(Object.entries(object).filter(([key]) => Object.hasOwn(shape, key)));
}
