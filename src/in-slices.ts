// Long work of a process that has to stay responsive: done a slice at a time, with everything else that waits between.
import { setImmediate } from 'node:timers/promises';
import type { Steps } from './engine/steps.ts';

/**
 * Milliseconds after which a slice ends, with the step that it is at. GitHub waits for ten seconds, so this could be more;
 * it is by how much each acknowledgement takes longer meanwhile.
 */
const SLICE = 20;

export interface Slicing {
  /** Ends the work before its next slice. */
  readonly signal?: AbortSignal;
  /** Runs each slice. */
  readonly during?: <T>(slice: () => T) => T;
}

/** @throws what the steps throw, and the signal's reason */
export async function inSlices<T>(steps: Steps<T>, { signal, during = (slice) => slice() }: Slicing = {}): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    const end = during(() => advance(steps));
    if (end !== null) return end.value;
    await setImmediate();
  }
}

/** One slice; null when there is more. */
function advance<T>(steps: Steps<T>): { readonly value: T } | null {
  const until = performance.now() + SLICE;
  do {
    const step = steps.next();
    if (step.done === true) return step;
  } while (performance.now() < until);
  return null;
}
