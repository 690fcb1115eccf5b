// The tokens of installations, kept as auth-app wants them kept, but by our clock, and forgotten when GitHub refuses one.

/** What auth-app calls its cache. The values are its own affair. */
export interface Tokens {
  get(key: string): string;
  set(key: string, value: string): void;
  has(installation: number): boolean;
  /** A token that GitHub takes no more: those of an installation end when it is suspended. */
  forget(installation: number): void;
}

/**
 * A token lives for an hour; a minute of it is for the clocks and for requests under way.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
 */
const LIFETIME = 59 * 60_000;

export function keepTokens(clock: () => Date): Tokens {
  const kept = new Map<string, { value: string; until: number }>();
  const get = (key: string): string => {
    const found = kept.get(key);
    // auth-app asks GitHub for a new one when nothing is here.
    return found === undefined || found.until <= clock().getTime() ? '' : found.value;
  };
  return {
    get,
    set(key, value) {
      const now = clock().getTime();
      for (const [other, { until }] of kept) if (until <= now) kept.delete(other);
      kept.set(key, { value, until: now + LIFETIME });
    },
    has: (installation) => get(String(installation)) !== '',
    forget: (installation) => void kept.delete(String(installation)),
  };
}
