// Two lists of lines, one of what was expected and one of what stands, as one list that shows how they differ.

export interface DiffLine {
  /** `-` was expected and does not stand, `+` stands and was not expected. */
  readonly sign: '-' | '+' | ' ';
  readonly text: string;
}

/** Both as one list in order, or null where they are the same. In which order they were is no difference. */
export function difference(expected: readonly string[], stands: readonly string[]): DiffLine[] | null {
  const left = [...stands];
  const lines = expected.map((text): DiffLine => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return { sign: at >= 0 ? ' ' : '-', text };
  });
  const all = [...lines, ...left.map((text): DiffLine => ({ sign: '+', text }))];
  return all.every(({ sign }) => sign === ' ') ? null : inOrder(all);
}

/** Lines that speak of the same are beside one another: first what was expected, then what stands. */
export function inOrder(lines: readonly DiffLine[]): DiffLine[] {
  const rank = { ' ': 0, '-': 0, '+': 1 };
  const subject = ({ text }: DiffLine) => text.split(/[:,\n]/)[0] ?? text;
  return lines.toSorted((a, b) => {
    const [one, other] = [subject(a), subject(b)];
    return one === other ? rank[a.sign] - rank[b.sign] : one < other ? -1 : 1;
  });
}
