// A loop in rounds. States: `working` (does what there is to do) → `resting` (for as long as the round said, or until it is
// woken) → `working`; `over`, when it is told to stop, or a round said so. A wake that comes during a round ends the rest
// after it: what it tells of may have come after the round had looked.
import { messageOf } from '../message-of.ts';

export interface LoopOptions {
  /** Resolves to the milliseconds of rest after it, 0 for none; to `over` when there will never be anything more to do. */
  readonly round: () => Promise<number | 'over'>;
  /** No round begins after it, and no rest goes on. */
  readonly stopping: AbortSignal;
  /** Told why a round was not finished: most often the store is away. There is a rest after it. */
  readonly failed: (reason: string) => void;
}

export interface Loop {
  /** Says that there may be something to do. */
  wake(): void;
  /** Resolves when the last round is done. */
  readonly over: Promise<void>;
}

/** Milliseconds. Only a wake that comes after the failure shortens them: one of before says nothing of the store's return. */
const REST_AFTER_FAILURE = 2_000;

/** Begins the first round at once. */
export function startLoop({ round, stopping, failed }: LoopOptions): Loop {
  let isAwake = false;
  let endRest: () => void = () => undefined;

  const wake = () => {
    isAwake = true;
    endRest();
  };
  const rest = async (milliseconds: number) => {
    if (milliseconds === 0 || isAwake || stopping.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    endRest = resolve;
    const timer = setTimeout(resolve, milliseconds);
    await promise;
    clearTimeout(timer);
  };
  const run = async () => {
    while (!stopping.aborted) {
      isAwake = false;
      try {
        const pause = await round();
        if (pause === 'over') return;
        await rest(pause);
      } catch (error) {
        failed(messageOf(error));
        isAwake = false;
        await rest(REST_AFTER_FAILURE);
      }
    }
  };

  stopping.addEventListener('abort', wake, { once: true });
  return { wake, over: run() };
}
