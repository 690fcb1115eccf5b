// Processor time and memory of other processes, as Linux counts them in /proc; time in steps of 10 ms.
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds a second of such counts stands for: USER_HZ is 100 wherever Node runs. */
const TICK = 10;

interface Process {
  readonly parent: number;
  /** Milliseconds, in user and kernel mode. */
  readonly own: number;
  /** Of its children that have ended. */
  readonly ended: number;
}

/** Milliseconds that a process has used; 0 once it is gone. */
export function processorTime(pid: number): number {
  return read(pid)?.own ?? 0;
}

/** Milliseconds that a server and all its children have used, ended ones too. */
export function processorTimeOfFamily(pid: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => read(Number(name)))
    .filter((process) => process?.parent === pid);
  const parent = read(pid);
  return [parent?.own, parent?.ended, ...children.map((child) => child?.own)].reduce<number>(
    (sum, time) => sum + (time ?? 0),
    0,
  );
}

/** The process that started it. */
export function parentOf(pid: number): number {
  return read(pid)?.parent ?? 0;
}

/** Bytes of memory that a process has resident. */
export function residentMemory(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return pages * 4096;
}

/** The most bytes that it ever had resident. */
export function peakMemory(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; null once it is gone. */
function read(pid: number): Process | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name, in brackets, may hold anything.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    (at) => fields[at],
  );
  return { parent, own: (user + system) * TICK, ended: (endedUser + endedSystem) * TICK };
}
