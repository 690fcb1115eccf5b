// A problem at a place that is already known.
import type { Problem } from '../engine/problem.ts';
import type { At } from '../engine/rule.ts';

export function problemAt(at: At, code: string, message: string, hint?: string): Problem {
  return { code, severity: 'error', ...at, message, ...(hint === undefined ? {} : { hint }) };
}

/** As {@link problemAt}, of what keeps nothing from being used. */
export function warningAt(at: At, code: string, message: string): Problem {
  return { ...problemAt(at, code, message), severity: 'warning' };
}
