// From bytes to a payload, refusing what no later step could keep: bad UTF-8, bad JSON, poison text, endless nesting.
import { InvalidPayload } from '../models/validate.ts';

/** GitHub's own payloads nest below 15. Deeper than this, JSON.stringify and Postgres overflow their stacks in time. */
const MAX_NESTING = 100;

/** One value inside the payload, and the way back up, from which its path is told only when it is needed. */
interface Place {
  readonly value: object;
  readonly depth: number;
  readonly key: string;
  readonly parent: Place | null;
}

/** Reads a delivery's body. Throws {@link InvalidPayload} with a sentence that quotes nothing of the body's values. */
export function parsePayload(bytes: Uint8Array): unknown {
  const body = text(bytes);
  const payload = json(body);
  if (typeof payload === 'string') refuseText(payload, 'the payload');
  if (typeof payload === 'object' && payload !== null) walk(payload, ESCAPED_POISON.test(body));
  return payload;
}

/** In well-formed UTF-8 and JSON there is no other way to write what {@link isPoison} looks for. */
const ESCAPED_POISON = /\\u(?:0000|d[89a-f])/i;

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function text(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch (cause) {
    throw new InvalidPayload('the payload is not UTF-8', { cause });
  }
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new InvalidPayload('the payload is not JSON', { cause });
  }
}

/** Iterative, because 20,000 nested brackets would overflow a recursive walk. Texts are looked at when they may be poison. */
function walk(payload: object, mayBePoison: boolean): void {
  const open: Place[] = [{ value: payload, depth: 1, key: '', parent: null }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    for (const [key, value] of Object.entries(place.value)) {
      if (mayBePoison && isPoison(key)) throw new InvalidPayload(`a key of ${pathOf(place)} ${reason(key)}`);
      if (typeof value === 'string') {
        if (mayBePoison && isPoison(value)) refuseText(value, pathOf({ value: {}, depth: 0, key, parent: place }));
      } else if (typeof value === 'object' && value !== null) {
        if (place.depth === MAX_NESTING)
          throw new InvalidPayload(`the payload is nested deeper than ${MAX_NESTING} levels`);
        open.push({ value, depth: place.depth + 1, key, parent: place });
      }
    }
  }
}

const isPoison = (value: string): boolean => value.includes('\0') || !value.isWellFormed();

const reason = (value: string): string =>
  value.includes('\0') ? 'has a character U+0000' : 'has half a surrogate pair';

function refuseText(value: string, where: string): void {
  if (isPoison(value)) throw new InvalidPayload(`${where} ${reason(value)}`);
}

/** `issue.labels.0.name`. Keys come from outside: what is not plain is shown as `?`, what is long is cut. */
function pathOf(place: Place): string {
  const keys: string[] = [];
  for (let at: Place | null = place; at?.parent; at = at.parent) {
    keys.unshift(at.key.slice(0, 100).replace(/[^\w-]/g, '?'));
  }
  return keys.join('.') || 'the payload';
}
