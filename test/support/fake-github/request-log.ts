// Every request the fake received, and what tests ask of them: were the writes of an installation apart, and few enough.

export interface LoggedRequest {
  /** When it came, and when its answer was out or its connection gone (null: still open), by the fake's clock. */
  readonly at: number;
  endedAt: number | null;
  readonly method: string;
  /** From the root of the API, without its query. */
  readonly path: string;
  readonly search: URLSearchParams;
  /** As sent. */
  readonly text: string;
  /** As GitHub's description writes it; null where it knows none. */
  route: string | null;
  /** Whose token it carried. */
  installation: number | null;
  /** It asks an installation's repositories to be changed. */
  isWrite: boolean;
  /** It was done, whatever was answered. */
  isDone: boolean;
  /** Of the answer that was sent; null when none was. */
  status: number | null;
  /** Which fault befell it. */
  fault: string | null;
}

export interface Pace {
  /** Milliseconds from one write to the next of the same installation. */
  readonly apart?: number;
  readonly perMinute?: number;
  readonly perHour?: number;
  /** Requests of any kind, in an hour. */
  readonly requestsPerHour?: number;
}

const MINUTE = 60_000;

/**
 * Throws where an installation was asked faster than GitHub wants to be: writes one at a time, a second apart, 80 a
 * minute and 500 an hour.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export function assertPaced(log: readonly LoggedRequest[], pace: Pace = {}): void {
  const { apart = 1_000, perMinute = 80, perHour = 500, requestsPerHour = 5_000 } = pace;
  const found: string[] = [];
  for (const [installation, requests] of Map.groupBy(log, (each) => each.installation)) {
    if (installation === null) continue;
    const writes = requests.filter(({ isWrite }) => isWrite);
    for (const [index, write] of writes.entries()) {
      const before = writes[index - 1];
      if (before === undefined) continue;
      const gap = write.at - before.at;
      if (gap < apart) found.push(`${drawn(write)} came ${gap} ms after ${drawn(before)}`);
      if (before.endedAt === null || write.at < before.endedAt)
        found.push(`${drawn(write)} came during ${drawn(before)}`);
    }
    const bounds = [
      [writes, MINUTE, perMinute, 'writes in a minute'],
      [writes, 60 * MINUTE, perHour, 'writes in an hour'],
      [requests, 60 * MINUTE, requestsPerHour, 'requests in an hour'],
    ] as const;
    for (const [counted, span, most, what] of bounds) {
      const number = busiest(counted, span);
      if (number > most) found.push(`installation ${installation} was sent ${number} ${what}, ${most} are allowed`);
    }
  }
  if (found.length > 0) throw new Error(found.join('\n'));
}

/** The most requests that came within any span of so many milliseconds. */
export function busiest(log: readonly LoggedRequest[], span: number): number {
  let [first, most] = [0, 0];
  for (const [index, { at }] of log.entries()) {
    while ((log[first]?.at ?? at) <= at - span) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

function drawn({ method, path }: LoggedRequest): string {
  return `${method} ${path}`;
}
