// Places in a text: lines and columns from offsets.

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Offsets at which lines begin. yaml's own counter misses those inside a part that it could not parse. */
export function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
}

/** Covers what is between the offsets, or one character when they are on different lines. */
export function place(lines: readonly number[], offset: number, end: number): Place {
  const line = lineAt(lines, offset);
  const column = offset - (lines[line] ?? 0) + 1;
  const next = lines[line + 1] ?? Number.POSITIVE_INFINITY;
  return { line: line + 1, column, length: end < next ? Math.max(1, end - offset) : 1 };
}

/** Index of the last line that begins at or before the offset, by halving: files have thousands of places. */
function lineAt(lines: readonly number[], offset: number): number {
  let [from, to] = [0, lines.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if ((lines[middle] ?? 0) <= offset) from = middle;
    else to = middle;
  }
  return from;
}
