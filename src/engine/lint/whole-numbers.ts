// Which whole numbers several comparisons leave. Every number in GitHub's payloads and in our ledger is whole, and so
// are lengths and times in milliseconds.
import type { Says } from './says.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** From the lowest to the highest number left, or null when none is. Comparisons other than of numbers say nothing. */
export function rangeOf(said: readonly Says[], lowest: number): Range | null {
  let [from, to] = [lowest, Number.POSITIVE_INFINITY];
  const excluded = new Set<number>();
  for (const { operator, operand, holds } of said) {
    const named = [operand].flat().filter((each) => typeof each === 'number');
    if (named.length === 0) continue;
    if (operator === 'equal' || operator === 'in') {
      if (!holds) for (const each of named) excluded.add(each);
      else [from, to] = [Math.max(from, Math.ceil(Math.min(...named))), Math.min(to, Math.floor(Math.max(...named)))];
      continue;
    }
    const bounds = boundsOf(operator, holds, named[0] ?? 0);
    if (bounds !== null) [from, to] = [Math.max(from, bounds.from), Math.min(to, bounds.to)];
  }
  while (from <= to && excluded.has(from)) from++;
  while (from <= to && excluded.has(to)) to--;
  return from <= to ? { from, to } : null;
}

function boundsOf(operator: string, holds: boolean, than: number): Range | null {
  const least = (from: number): Range => ({ from, to: Number.POSITIVE_INFINITY });
  const most = (to: number): Range => ({ from: Number.NEGATIVE_INFINITY, to });
  switch (operator) {
    case 'lessThan':
      return holds ? most(Math.ceil(than) - 1) : least(Math.ceil(than));
    case 'lessThanInclusive':
      return holds ? most(Math.floor(than)) : least(Math.floor(than) + 1);
    case 'greaterThan':
      return holds ? least(Math.floor(than) + 1) : most(Math.floor(than));
    case 'greaterThanInclusive':
      return holds ? least(Math.ceil(than)) : most(Math.ceil(than) - 1);
    default:
      return null;
  }
}
