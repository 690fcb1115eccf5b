// How near two texts are, and in what they differ: a label that was mistyped, or written with letters that look alike.
import { distance } from 'fastest-levenshtein';
import { difference, likenessKeys } from '../lint/similar.ts';

/** Two texts, and how far they are apart: 0 the same but for capital letters, 1 nothing in common. */
export interface Pair {
  readonly actual: string;
  readonly wanted: string;
  readonly far: number;
}

/** Texts of payloads can be long; a difference beyond this many characters is no misspelling. */
const COMPARED = 200;

/** The nearest of all pairs; of equally near ones the first wanted, and of its the first actual. Null without any. */
export function nearestPair(actuals: readonly unknown[], wanteds: readonly unknown[]): Pair | null {
  let best: Pair | null = null;
  for (const wanted of wanteds) {
    for (const actual of actuals) {
      if (typeof actual !== 'string' || typeof wanted !== 'string') continue;
      const far = distanceOf(actual, wanted);
      if (best === null || far < best.far) best = { actual, wanted, far };
    }
  }
  return best;
}

function distanceOf(a: string, b: string): number {
  const [one, other] = [a.slice(0, COMPARED).toLowerCase(), b.slice(0, COMPARED).toLowerCase()];
  return distance(one, other) / Math.max(one.length, other.length, 1);
}

/** Whether one could be meant by the other: a third of its letters may differ, and two of a short one. */
function isMisspelling({ actual, wanted, far }: Pair): boolean {
  const letters = Math.max(actual.length, wanted.length);
  return letters > 3 && far * letters <= Math.max(2, letters / 3);
}

export const CAPITALS = 'they differ only by case';

/** What the eye might miss, as a remark; null when the texts are plainly different. */
export function remarkOn(pair: Pair): string | null {
  const { actual, wanted } = pair;
  const keys = likenessKeys(wanted.slice(0, COMPARED));
  if (likenessKeys(actual.slice(0, COMPARED)).some((key) => keys.includes(key)))
    return `they differ only by ${difference(actual, wanted)}; ${MISTYPED}`;
  return isMisspelling(pair) ? MISTYPED : null;
}

const MISTYPED = 'did somebody mistype it?';
