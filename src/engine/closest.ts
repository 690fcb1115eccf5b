// "Did you mean": the known name nearest to a mistyped one, if any is near enough to be worth saying.
import { distance } from 'fastest-levenshtein';
import { oursFor } from './foreign-words.ts';

export function closest(name: string, known: readonly string[]): string | null {
  const meant = oursFor(name, known);
  if (meant !== null) return meant;
  const wanted = name.toLowerCase();
  let best: { name: string; far: number } | null = null;
  for (const candidate of known) {
    const far = howFar(wanted, candidate.toLowerCase());
    if (far !== null && (best === null || far < best.far)) best = { name: candidate, far };
  }
  return best?.name ?? kindred(wanted, known);
}

/** How many letters apart, or null where that is too many. What both begin with, as `issue.`, makes nothing nearer. */
function howFar(wanted: string, candidate: string): number | null {
  const common = commonFamily(wanted, candidate);
  const [one, other] = [wanted.slice(common), candidate.slice(common)];
  const reach = one.length < 4 ? 1 : Math.max(2, Math.floor(one.length / 3));
  if (Math.abs(one.length - other.length) > reach) return null;
  const far = distance(one, other);
  return far <= reach ? far : null;
}

/** How many characters of whole parts, each with its dot, two names have in common from the beginning. */
function commonFamily(one: string, other: string): number {
  let common = 0;
  for (let dot = one.indexOf('.'); dot >= 0 && one.slice(0, dot + 1) === other.slice(0, dot + 1); ) {
    common = dot + 1;
    dot = one.indexOf('.', common);
  }
  return common;
}

/** A name of the same family with the same word in it (`changed_files` for `files`), or the same part of another family. */
function kindred(wanted: string, known: readonly string[]): string | null {
  const dot = wanted.lastIndexOf('.');
  const [family, last] = [wanted.slice(0, dot + 1), wanted.slice(dot + 1)];
  const isKin = (candidate: string) =>
    dot >= 0 &&
    candidate.startsWith(family) &&
    candidate
      .slice(dot + 1)
      .split('_')
      .includes(last);
  return known.find(isKin) ?? known.find((candidate) => candidate.toLowerCase().endsWith(`.${last}`)) ?? null;
}

/** The hint for a mistyped name, or undefined when nothing is near. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const near = closest(name, known);
  return near === null ? undefined : `did you mean \`${near}\`?`;
}

/** Where no fact is near. */
export const ALL_FACTS = '`rules facts` lists them all';

/** More than these nobody reads. */
const LISTED = 15;

/** As {@link didYouMean}; where nothing is near, the names there are, or the families of them, if they are few. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const hint = didYouMean(name, known);
  if (hint !== undefined) return hint;
  const few = known.length <= LISTED ? known : known.filter((each) => !each.includes('.'));
  return few.length > 0 && few.length <= LISTED ? `it can be ${few.join(', ')}` : undefined;
}
