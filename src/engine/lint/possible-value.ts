// Whether a fact can be all that several comparisons say of it at once. "No" is certain; "yes" also means "who knows".
import type { FactEntry, FactValue } from '../../facts/fact.ts';
import { possibleList } from './possible-list.ts';
import { possibleText } from './possible-text.ts';
import { agrees, type Claim, type Says } from './says.ts';
import { rangeOf } from './whole-numbers.ts';

/** @param entry undefined for a fact that the catalogue does not know */
export function isPossible(entry: FactEntry | undefined, claims: readonly Claim[]): boolean {
  if (!claims.some(({ known }) => known === true)) return true;
  if (claims.some(({ known }) => known === false)) return false;
  const said = claims.flatMap(({ says }) => says ?? []);
  const [only] = said;
  if (entry === undefined || only === undefined) return true;
  // Nearly all facts are compared once; that alone is possible, unless there are only so many values or lengths.
  if (said.length === 1 && !only.ofLength && entry.values === undefined && entry.type !== 'boolean') return true;
  return hasValue(entry, said);
}

function hasValue(entry: FactEntry, said: readonly Says[]): boolean {
  if (entry.type === 'strings' || entry.type === 'users') return possibleList(said, entry.values ?? null);
  const ignoresCase = entry.type === 'user' || entry.ignoreCase === true;
  const candidates = valuesOf(entry) ?? namedIn(said);
  if (candidates !== null) {
    return candidates.some((value) => said.every((each) => agrees(value, each, ignoresCase)));
  }
  switch (entry.type) {
    case 'number':
      return rangeOf(said, Number.NEGATIVE_INFINITY) !== null;
    case 'time':
      return possibleTime(said);
    case 'string':
      return possibleText(said);
    default:
      return true;
  }
}

/** All values it can have, where they are few and known. */
function valuesOf({ type, values, ignoreCase }: FactEntry): readonly FactValue[] | null {
  if (type === 'boolean') return [true, false];
  if (values === undefined) return null;
  return ignoreCase === true ? values.map((value) => value.toLowerCase()) : values;
}

/** The values that a comparison leaves, if one names them; the shortest list is enough. */
function namedIn(said: readonly Says[]): readonly FactValue[] | null {
  const lists = said.flatMap(({ operator, operand, holds, ofLength }): (readonly FactValue[])[] => {
    if (!holds || ofLength) return [];
    if (operator === 'equal') return [[operand as FactValue]];
    return operator === 'in' && Array.isArray(operand) ? [operand] : [];
  });
  return lists.sort((a, b) => a.length - b.length)[0] ?? null;
}

/** Times are whole milliseconds, since 1970 or before now; which of the two are told apart, since now is any time. */
function possibleTime(said: readonly Says[]): boolean {
  const since: Says[] = [];
  const before: Says[] = [];
  for (const each of said) {
    if (each.operator !== 'before' && each.operator !== 'after') continue;
    const isEarlier = each.operator === 'before';
    if (each.ago === null) {
      const at = Date.parse(String(each.operand));
      since.push({ ...each, operator: isEarlier ? 'lessThan' : 'greaterThan', operand: at });
    } else {
      before.push({ ...each, operator: isEarlier ? 'greaterThan' : 'lessThan', operand: each.ago });
    }
  }
  return [since, before].every((bounds) => rangeOf(bounds, Number.NEGATIVE_INFINITY) !== null);
}
