// Which requests go wrong, and how: scripts that a test adds, each for the requests that its pattern names.
import type { LoggedRequest } from './request-log.ts';

/** `committed`: what was asked has been done all the same; only its answer is lost or wrong. */
export type Fault =
  /** No answer until it is released; not committed, it is done only then, and only if the sender still waits. */
  | { readonly kind: 'hang'; readonly committed?: boolean }
  /** It is done and answered so much later, even if the sender has given up by then. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The connection is reset before anything is done. */
  | { readonly kind: 'resetBefore' }
  /** It is done, and the connection is reset instead of an answer. */
  | { readonly kind: 'resetAfterCommit' }
  | { readonly kind: 'badGateway'; readonly committed?: boolean }
  /** 403; `retryAfter` in seconds. */
  | { readonly kind: 'secondaryLimit'; readonly retryAfter?: number }
  /** 429 without a header that says how long. */
  | { readonly kind: 'bare429' }
  /** 403 with nothing remaining; `resetIn` in seconds. */
  | { readonly kind: 'primaryLimit'; readonly resetIn?: number }
  /** 401 about the time in a JWT; the answer's date is so many milliseconds ahead of the fake's clock. */
  | { readonly kind: 'clockSkew'; readonly ahead?: number }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unprocessable'; readonly message?: string }
  /** It is done; the answer's body is only half there. */
  | { readonly kind: 'truncatedJson' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      readonly committed?: boolean;
    };

/** Those that need nothing said can be given by name. */
export type PlainFault = Exclude<Fault['kind'], 'delay' | 'answer'>;

/** Of the requests that match, counted from when the script is added, which are hit. */
export interface When {
  /** Only this one, or these; the first is 1. */
  readonly nth?: number | readonly number[];
  /** This many, then no more; by default 1, or without end where there is a probability or an nth. */
  readonly times?: number;
  /** Each with this probability, 0 to 1, by a generator of its own. */
  readonly probability?: number;
  readonly seed?: number;
  readonly where?: (request: LoggedRequest) => boolean;
}

export interface Script {
  /** How many requests it has hit. */
  readonly hits: number;
  /** Ends the hanging of those it has hit so far. */
  release(): void;
  /** No request is hit from now on. */
  stop(): void;
}

export interface Hit {
  readonly fault: Fault;
  readonly released: Promise<void>;
}

export interface Faults {
  /**
   * @param on method and path: `POST /repos/{owner}/{repo}/issues/{issue_number}/comments`, `PATCH|DELETE /repos/c4gt/**`;
   *   `*` and `{…}` stand for one segment, `**` for any rest, and `*` as the method for any
   * @param fault one, or several of which each hit takes one by chance
   */
  add(on: string, fault: Fault | PlainFault | readonly (Fault | PlainFault)[], when?: When): Script;
  /** The fault of this request; the first script to hit it decides. */
  pick(request: LoggedRequest): Hit | null;
  /** Ends all hanging. */
  release(): void;
  /** Removes all scripts and ends all hanging. */
  clear(): void;
}

export function createFaults(): Faults {
  type Entry = Script & { next(request: LoggedRequest): Hit | null };
  let scripts: Entry[] = [];
  const release = () => {
    for (const script of scripts) script.release();
  };
  return {
    add: (on, fault, when = {}) => {
      const script = createScript(on, [fault].flat() as (Fault | PlainFault)[], when);
      scripts.push(script);
      return script;
    },
    pick: (request) => {
      // All count it, whichever hits.
      const hits = scripts.map((script) => script.next(request));
      return hits.find((hit) => hit !== null) ?? null;
    },
    release,
    clear: () => {
      release();
      for (const script of scripts) script.stop();
      scripts = [];
    },
  };
}

function createScript(on: string, faults: readonly (Fault | PlainFault)[], when: When) {
  const { nth, probability, seed = 1, where = () => true } = when;
  const pattern = patternOf(on);
  const chance = seededRandom(seed);
  let left = when.times ?? (nth === undefined && probability === undefined ? 1 : Number.POSITIVE_INFINITY);
  let seen = 0;
  let hits = 0;
  let hold = Promise.withResolvers<void>();
  return {
    get hits() {
      return hits;
    },
    release: () => {
      hold.resolve();
      hold = Promise.withResolvers();
    },
    stop: () => {
      left = 0;
    },
    next: (request: LoggedRequest): Hit | null => {
      if (left === 0 || !pattern.test(`${request.method} ${request.path}`) || !where(request)) return null;
      seen += 1;
      if (nth !== undefined && ![nth].flat().includes(seen)) return null;
      if (probability !== undefined && chance() >= probability) return null;
      left -= 1;
      hits += 1;
      const fault = faults[Math.floor(chance() * faults.length)];
      if (fault === undefined) return null;
      return { fault: typeof fault === 'string' ? { kind: fault } : fault, released: hold.promise };
    },
  };
}

function patternOf(on: string): RegExp {
  const [method = '', path = ''] = on.split(' ');
  const segments = path.split('/').map((segment) => {
    if (segment === '**') return '.*';
    return segment === '*' || segment.startsWith('{')
      ? '[^/]+'
      : segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  });
  return new RegExp(`^(?:${method === '*' ? '[A-Z]+' : method}) ${segments.join('/')}$`, 'i');
}

/** The same numbers, 0 up to 1, for the same seed: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
