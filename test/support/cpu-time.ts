// The processor's time that a piece of work costs this process: unlike the clock's, it is the same on a crowded machine.

/** In milliseconds. */
export function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
