// Figures of the rules' benchmark: medians of rounds, with their spread, and how they are printed.

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Least and most of the rounds. */
  readonly spread: readonly [number, number];
  /** What it is compared with, and how many times as much this is. */
  readonly peer?: string;
  readonly ratio?: number;
}

/** The median of the rounds; `ratio`, where given, is the median of each round's own. */
export function figure(
  name: string,
  unit: string,
  rounds: readonly number[],
  compared?: { readonly peer: string; readonly ratios: readonly number[] },
): Figure {
  const spread = [rounded(Math.min(...rounds)), rounded(Math.max(...rounds))] as const;
  const value = { name, value: rounded(median(rounds)), unit, spread };
  return compared === undefined ? value : { ...value, peer: compared.peer, ratio: rounded(median(compared.ratios)) };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}

function rounded(number: number): number {
  return Number(number.toPrecision(number < 100 ? 3 : 4));
}

export function printed(figures: readonly Figure[], format: 'json' | 'table'): string {
  if (format === 'json') return figures.map((each) => JSON.stringify(each)).join('\n');
  const rows = figures.map(({ name, value, unit, spread, peer, ratio }) => [
    name,
    `${value} ${unit}`,
    spread.join(' to '),
    ratio === undefined ? '' : `${ratio} × ${peer}`,
  ]);
  return table([['figure', 'median', 'spread', 'compared'], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}
