// What the doctor finds: one line of what is, and one of what to do about it.

/** `skipped`: it could not be looked at, for a reason that is found elsewhere or is none to worry about. */
export type Verdict = 'ok' | 'warning' | 'problem' | 'skipped';

export interface Finding {
  /** What was looked at: `database`, `webhook`. */
  readonly check: string;
  readonly verdict: Verdict;
  readonly what: string;
  /** What to do; null when nothing has to be done. */
  readonly advice: string | null;
}

/** Finds what one group of checks is about. What it throws becomes a problem of its own, and the others go on. */
export type Check = () => Promise<readonly Finding[]>;

export function ok(check: string, what: string): Finding {
  return { check, verdict: 'ok', what, advice: null };
}

export function warning(check: string, what: string, advice: string): Finding {
  return { check, verdict: 'warning', what, advice };
}

export function problem(check: string, what: string, advice: string): Finding {
  return { check, verdict: 'problem', what, advice };
}

export function skipped(check: string, what: string, advice: string | null = null): Finding {
  return { check, verdict: 'skipped', what, advice };
}

/** `3 rules`, `1 rule` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first few of many names, and how many others there are. */
export function some(names: readonly string[], most = 5): string {
  const others = names.length - most;
  return others > 0 ? `${names.slice(0, most).join(', ')} and ${others} more` : names.join(', ');
}
