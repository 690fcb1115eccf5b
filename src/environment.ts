// Reads single values of the environment, each of one form, and collects what is wrong with them.

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Values {
  /** What is wrong so far, each a line that names the variable and says what it must be. */
  readonly faults: string[];
  isSet(name: string): boolean;
  /** Without the space around it; an empty value is none. */
  text(name: string, fallback?: string): string;
  /** What stands between commas. */
  list(name: string): string[];
  wholeNumber(name: string, fallback: number, from: number, to: number): number;
  /** A time in days, written `90d`, `12w` or `2y`; null for `forever`. */
  days(name: string, fallback: string): number | null;
  /** An address that begins with one of these, left as it is written. */
  address(name: string, beginnings: readonly string[]): string | null;
  /** An address on the web for which `isFit` holds, without a slash at its end; `what` says which that would be. */
  webAddress(name: string, isFit: (url: URL) => boolean, what: string): string | null;
  /** What `read` makes of a value that is set; `what` says what it should be, where that is null. */
  read<T>(name: string, read: (value: string) => T | null, what: string): T | null;
  /** Whether both are set; it is a fault when one is, and the other is not. */
  both(one: string, other: string): boolean;
}

const DAYS_OF: ReadonlyMap<string, number> = new Map([
  ['d', 1],
  ['w', 7],
  ['y', 365],
]);
const LONGEST = 36_500;

export function valuesOf(environment: Environment): Values {
  const faults: string[] = [];
  const text = (name: string, fallback = '') => environment[name]?.trim() || fallback;
  const isSet = (name: string) => text(name) !== '';

  const read = <T>(name: string, from: (value: string) => T | null, what: string): T | null => {
    if (!isSet(name)) return null;
    const value = from(text(name));
    if (value === null) faults.push(`${name} must be ${what}`);
    return value;
  };
  return {
    faults,
    isSet,
    text,
    read,
    list: (name) =>
      text(name)
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    wholeNumber: (name, fallback, from, to) =>
      read(name, (written) => wholeNumber(written, from, to), `a whole number from ${from} to ${to}`) ?? fallback,
    days(name, fallback) {
      const written = text(name, fallback).toLowerCase();
      if (written === 'forever') return null;
      const [, count, unit] = /^([1-9]\d{0,4})([dwy])$/.exec(written) ?? [];
      const value = Number(count) * (DAYS_OF.get(unit ?? '') ?? Number.NaN);
      if (value <= LONGEST) return value;
      faults.push(`${name} must be forever, or a whole number of days, weeks or years up to 100 years: 90d, 12w, 2y`);
      return null;
    },
    address: (name, beginnings) =>
      read(
        name,
        (value) =>
          URL.canParse(value) && beginnings.some((beginning) => value.toLowerCase().startsWith(beginning))
            ? value
            : null,
        `an address that begins with ${beginnings.join(' or ')}`,
      ),
    webAddress: (name, isFit, what) => read(name, (value) => webAddress(value, isFit), what),
    both(one, other) {
      const missing = [one, other].filter((name) => !isSet(name));
      const [only] = missing.length === 1 ? missing : [];
      if (only !== undefined) faults.push(`${only} is missing: ${only === one ? other : one} is of no use without it`);
      return missing.length === 0;
    },
  };
}

function wholeNumber(written: string, from: number, to: number): number | null {
  const value = Number(written);
  return /^\d+$/.test(written) && value >= from && value <= to ? value : null;
}

function webAddress(value: string, isFit: (url: URL) => boolean): string | null {
  const url = URL.parse(value);
  const isPlain = url !== null && !/[?#@]/.test(value) && /^https?:$/.test(url.protocol);
  return isPlain && isFit(url) ? url.href.replace(/\/+$/, '') : null;
}
