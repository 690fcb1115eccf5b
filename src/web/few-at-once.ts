// How many requests read from the database at once: the others wait in line for a moment, and are sent away beyond, so
// that a flood of readers holds neither the connections that others need nor memory without a bound.
import type { Middleware } from 'koa';
import { HttpProblem } from '../http/problem.ts';

export interface ReadingBounds {
  /** Requests that are answered at once. */
  readonly atOnce: number;
  /** Requests that wait for one of them to be over. */
  readonly waiting: number;
  /** Milliseconds that they wait. */
  readonly patience: number;
}

/**
 * Half of the connections that are there for reading and working (`src/store/postgres.ts`): more readers would be no sooner
 * done. A usual read takes 2 ms, so that those who wait are gone in a moment, unless the database hangs.
 */
export const READING: ReadingBounds = { atOnce: 4, waiting: 500, patience: 5_000 };

/** Answers as whatever comes after it, or with 503 and when to ask again. */
export function fewAtOnce({ atOnce, waiting: most, patience }: ReadingBounds): Middleware {
  const waiting = new Set<() => void>();
  let free = atOnce;

  /** Resolves to whether it has become this request's turn. */
  const turn = (): Promise<boolean> =>
    new Promise((resolve) => {
      const begin = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        waiting.delete(begin);
        resolve(false);
      }, patience);
      waiting.add(begin);
    });
  const handOn = () => {
    const [next] = waiting;
    if (next === undefined) {
      free += 1;
    } else {
      waiting.delete(next);
      next();
    }
  };

  return async (ctx, next) => {
    if (free > 0) free -= 1;
    else if (waiting.size >= most || !(await turn())) throw tooMany();
    try {
      // Whoever gave up while waiting is read nothing.
      if (!ctx.socket.destroyed) await next();
    } finally {
      handOn();
    }
  };
}

function tooMany(): HttpProblem {
  return new HttpProblem(503, 'Too much is being read at once; ask again in a moment.', {
    headers: { 'Retry-After': '1' },
  });
}
