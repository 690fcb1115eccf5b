// Whether a list can have, lack and count the elements that several comparisons say.
import type { Says } from './says.ts';
import { rangeOf } from './whole-numbers.ts';

/** @param values the elements there can be at all, or null when there is no end of them */
export function possibleList(said: readonly Says[], values: readonly string[] | null): boolean {
  const has = new Set<unknown>();
  const lacks = new Set<unknown>();
  const oneOf: (readonly unknown[])[] = [];
  const notAllOf: (readonly unknown[])[] = [];
  for (const { operator, operand, holds } of said) {
    const elements = [operand].flat();
    if (operator === 'containsAny' && holds) oneOf.push(elements);
    else if (operator === 'containsAll' && !holds) notAllOf.push(elements);
    else if (operator.startsWith('contains')) for (const each of elements) (holds ? has : lacks).add(each);
  }
  // Of alternatives of which one is left, that one it has.
  for (let before = -1; before < has.size; ) {
    before = has.size;
    for (const elements of oneOf) {
      const left = elements.filter((each) => !lacks.has(each));
      if (left.length === 0) return false;
      if (left.length === 1) has.add(left[0]);
    }
  }
  if ([...has].some((each) => lacks.has(each))) return false;
  if (notAllOf.some((elements) => elements.every((each) => has.has(each)))) return false;

  const isOpen = oneOf.some((elements) => !elements.some((each) => has.has(each)));
  const length = rangeOf(
    said.filter(({ ofLength }) => ofLength),
    has.size + (isOpen ? 1 : 0),
  );
  if (length === null) return false;
  return length.from === 0 || values === null || values.some((each) => !lacks.has(each));
}
