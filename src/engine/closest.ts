// "Did you mean": the known name nearest to a mistyped one, if any is near enough to be worth saying.
import { distance } from 'fastest-levenshtein';

export function closest(name: string, known: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  const reach = Math.max(2, Math.floor(name.length / 3));
  let best: { name: string; far: number } | null = null;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > reach) continue;
    const far = distance(wanted, candidate.toLowerCase());
    if (far <= reach && (best === null || far < best.far)) best = { name: candidate, far };
  }
  if (best !== null) return best.name;
  const last = wanted.split('.').at(-1) ?? wanted;
  return known.find((candidate) => candidate.toLowerCase().endsWith(`.${last}`)) ?? null;
}

/** The hint for a mistyped name, or undefined when nothing is near. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const near = closest(name, known);
  return near === null ? undefined : `did you mean \`${near}\`?`;
}
