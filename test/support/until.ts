// Waiting for what will be so in a while, with patience for a crowded machine.
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** So many milliseconds, or more on a machine that has more to do than processors. */
export function patience(milliseconds: number): number {
  return milliseconds * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

/** Waits, looking often, until something is so; throws with `what` when it takes longer than so many milliseconds. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  within = patience(25_000),
): Promise<void> {
  const deadline = performance.now() + within;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited ${Math.round(within)} ms in vain until ${what}`);
    await sleep(10);
  }
}
