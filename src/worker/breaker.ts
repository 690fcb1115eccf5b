// Whether GitHub is asked at all: after a fault that passes, nothing more is asked by the same way until its time, so
// that work which has no question does not wait behind questions that hang.
//
// States of a way: `closed` (questions go through) → a fault → `open` (every question fails at once, until its time) →
// its time → `half open` (one question goes through, the others fail at once) → an answer → `closed`, or a fault → `open`
// for longer.

export interface Breaker {
  /** Null when a question may be asked, which then has to be ended; else why not, and for how many seconds. */
  begin(): Asked | Refusal;
}

export interface Asked {
  readonly kind: 'asked';
  answered(): void;
  /** @param retryAt when GitHub wants to be asked again, if it says */
  failed(reason: string, retryAt: Date | null): Refusal;
  /** We ourselves gave up: that says nothing of GitHub. */
  givenUp(): void;
}

export interface Refusal {
  readonly kind: 'refused';
  readonly reason: string;
  readonly seconds: number;
}

/** Seconds: the first wait, which doubles with every fault in a row, and the longest. */
const FIRST = 5;
const LONGEST = 300;
/** Seconds for those who come while one question tries whether GitHub is there again. */
const TRYING = 5;

export function createBreaker(clock: () => Date): Breaker {
  let open: { since: number; until: number; reason: string } | null = null;
  let faults = 0;
  let isTrying = false;

  const secondsUntil = (time: number) => Math.max(1, Math.ceil((time - clock().getTime()) / 1000));
  return {
    begin() {
      const began = clock().getTime();
      if (open !== null && began < open.until)
        return { kind: 'refused', reason: open.reason, seconds: secondsUntil(open.until) };
      if (open !== null && isTrying) return { kind: 'refused', reason: open.reason, seconds: TRYING };
      const tries = open !== null;
      isTrying ||= tries;
      const ended = () => {
        if (tries) isTrying = false;
      };
      return {
        kind: 'asked',
        givenUp: ended,
        answered() {
          ended();
          // What was asked before the fault says nothing of what is since.
          if (open !== null && began < open.since) return;
          [open, faults] = [null, 0];
        },
        failed(reason, retryAt) {
          ended();
          // Questions that were under way together are one fault.
          if (open === null || began >= open.since) faults++;
          const now = clock().getTime();
          const wait = Math.min(LONGEST, FIRST * 2 ** (faults - 1)) * 1000;
          open = { since: now, until: Math.max(open?.until ?? 0, retryAt?.getTime() ?? now + wait), reason };
          return { kind: 'refused', reason, seconds: secondsUntil(open.until) };
        },
      };
    },
  };
}
