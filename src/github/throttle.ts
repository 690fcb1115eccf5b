// plugin-throttling as an ear: it hears of GitHub's limits and tells the log. It repeats nothing, for when to ask again is
// for who asked. Its limiters are replaced by these: Bottleneck waits by the wall clock, so that a clock that is put back
// an hour holds every request for an hour; and it would space out writes a second time after the performer, who does it
// over all workers, counting GraphQL's queries as writes and letting one comment pass in three seconds.
import type { ThrottlingOptions } from '@octokit/plugin-throttling';
import type { Logger } from 'pino';

/** Requests that one installation may have under way; of all together, GitHub takes a hundred. */
export const MAX_UNDER_WAY = 10;

type Work = (...given: readonly unknown[]) => Promise<unknown>;
type Ear = (error: unknown, about: { readonly args: readonly unknown[] }) => Promise<unknown>;

/** What the plugin makes, or is given, for each Octokit. */
interface Limiters extends Record<'global' | 'auth' | 'search' | 'write' | 'notifications', Group> {
  readonly retryLimiter: {
    on(event: 'failed', ear: Ear): void;
    schedule(work: Work, ...given: readonly unknown[]): Promise<unknown>;
  };
}

interface Group {
  key(): { schedule(priority: unknown, work: Work, ...given: readonly unknown[]): Promise<unknown> };
}

/** @param id who is limited, for the log */
export function throttle(id: string, log: Pick<Logger, 'warn'>): ThrottlingOptions {
  const told = (limit: string) => (seconds: number) => log.warn({ limit, seconds, id }, 'GitHub limits us');
  const atOnce: Group = { key: () => ({ schedule: (_priority, work, ...given) => work(...given) }) };
  const limiters: Limiters = {
    ...{ global: atMost(MAX_UNDER_WAY), auth: atOnce, search: atOnce, write: atOnce, notifications: atOnce },
    retryLimiter: heard(),
  };
  const ears = { onRateLimit: told('hourly'), onSecondaryRateLimit: told('secondary') };
  // Of Bottleneck's classes, by whose names the plugin's types go, it uses this and no more.
  return { ...ears, ...limiters } as unknown as ThrottlingOptions;
}

function atMost(most: number): Group {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  const schedule = async (_priority: unknown, work: Work, ...given: readonly unknown[]) => {
    if (underWay >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay += 1;
    try {
      return await work(...given);
    } finally {
      const next = waiting.shift();
      // Whose place it takes over.
      if (next === undefined) underWay -= 1;
      else next();
    }
  };
  return { key: () => ({ schedule }) };
}

/** Tells the plugin of what fails, and lets it fail. */
function heard(): Limiters['retryLimiter'] {
  const ears: Ear[] = [];
  return {
    on: (_event, ear) => void ears.push(ear),
    async schedule(work, ...args) {
      try {
        return await work(...args);
      } catch (error) {
        // The plugin stumbles over a query that was not answered, which is nothing to be told of.
        for (const ear of ears) await ear(error, { args }).catch(() => undefined);
        throw error;
      }
    },
  };
}
