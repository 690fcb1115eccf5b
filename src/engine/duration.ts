// Durations as rules write them: `30m`, `12h`, `7d`, `2w`.

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds, or null for what is no duration. */
export function durationOf(written: string): number | null {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([mhdw])$/.exec(written) ?? [];
  return count === undefined ? null : Number(count) * (UNITS[unit] ?? 0);
}
