// Values in words: texts between backticks and on one line, lists, times ago and durations.

/** Characters of a text, and elements of a list, after which it is cut. */
const LONGEST = 72;
const MOST = 6;

/** A value as people read it: a text between backticks, `null` and what is missing as `nothing`. */
export function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : listed(value.map(inWords));
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'object' && value !== null && 'login' in value) return String(value.login);
  return value === null || value === undefined ? 'nothing' : String(value);
}

/** A text between backticks, on one line, and cut where it is long. */
export function quoted(text: string): string {
  return `\`${oneLine(text)}\``;
}

/** A value with as few signs as leave no doubt: texts without backticks where they are plain words. */
export function plainly(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : choices(value.map(plainly));
  return typeof value === 'string' && PLAIN.test(value) && value.length <= LONGEST ? value : inWords(value);
}

/** One way to read every text: were the space optional, a long word would take for ever. */
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N}._/#()+:-]*(?: [\p{L}\p{N}._/#()+:-]+)*$/u;

export function oneLine(text: string): string {
  const line = text.slice(0, 4 * LONGEST).replaceAll(/\s*[\r\n]\s*/g, ' ⏎ ');
  const characters = [...line];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : line;
}

/** `a`, `a and b`, `a, b and c`; of many the first few, and how many more there are. */
export function listed(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  const shown = cut(items);
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** `a, b, c`, for what is to be chosen from. */
export function choices(items: readonly string[]): string {
  return cut(items).join(', ');
}

function cut(items: readonly string[]): readonly string[] {
  return items.length > MOST ? [...items.slice(0, MOST - 1), `${items.length - MOST + 1} more`] : items;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** Milliseconds as `3 days`, in the largest unit that fits; rounded down, or up for what is still to come. */
export function span(milliseconds: number, round: 'down' | 'up' = 'down'): string {
  const [unit, length] = UNITS.find(([, each]) => milliseconds >= each) ?? UNITS[2];
  const exact = milliseconds / length;
  return counted(round === 'down' ? Math.floor(exact) : Math.ceil(exact), unit);
}

/** `3 days ago`, `in 2 hours`; `at …` where no time is to be counted from. */
export function ago(at: string, now: string | null): string {
  if (now === null) return `at ${at}`;
  const passed = Date.parse(now) - Date.parse(at);
  if (Math.abs(passed) < UNITS[2][1]) return 'just now';
  return passed < 0 ? `in ${span(-passed)}` : `${span(passed)} ago`;
}

/** `1 day`, `3 days`. */
export function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const NAMED: Readonly<Record<string, string>> = { m: 'minute', h: 'hour', d: 'day', w: 'week' };

/** A duration as rules write it, `7d`, in words. */
export function durationInWords(written: string): string {
  const unit = NAMED[written.slice(-1)];
  return unit === undefined ? written : counted(Number(written.slice(0, -1)), unit);
}
