// Texts and lists of texts, true and false: what a rule finds in them, what it wants, and what looks like a misspelling.
import { isUnknown, type Miss, rightSide, type Said, stateOf } from './comparison.ts';
import { CAPITALS, nearestPair, remarkOn } from './near.ts';
import { choices, inWords, quoted } from './values.ts';

/** `its labels are bug and C4GT-Coding; the rule wants C4GT Coding – did somebody mistype it?` */
export function missedText(miss: Miss): Said {
  const { words, operator, wanted, actual } = miss;
  const pair =
    wanted && !words.isChoice && LOOKING_FOR.includes(operator) ? nearestPair(items(actual), sought(miss)) : null;
  const near = pair === null ? null : remarkOn(pair);
  if (pair === null || near === null) {
    const remark = capitalsOf(miss);
    const said = { is: stateOf(words, unwantedFirst(miss)), wants: demandOfText(miss, 'one') };
    return remark === null ? said : { ...said, remark };
  }
  const is = stateOf(words, Array.isArray(actual) ? first(pair.actual, actual) : actual);
  if (operator === 'containsAll') return { is, wants: demandOfText(miss, 'one'), remark: near };
  const others = sought(miss).length - 1;
  const instead = others < 1 ? '' : others === 1 ? ', or another' : `, or one of ${others} others`;
  return { is, wants: `${quoted(pair.wanted)}${instead}`, remark: near };
}

/** Operators that look for a text as it is written. */
const LOOKING_FOR = ['equal', 'in', 'contains', 'containsAny', 'containsAll'];

/** What is looked for: of a list that is to have several things, those that it has not. */
function sought(miss: Miss): readonly unknown[] {
  return miss.operator === 'containsAll' ? lacking(miss) : items(miss.expected);
}

/** Of a part of a text that is there, though not in these capital letters. */
function capitalsOf({ operator, wanted, actual, expected }: Miss): string | null {
  if (!wanted || typeof actual !== 'string' || typeof expected !== 'string') return null;
  const [text, part] = [actual.toLowerCase(), expected.toLowerCase()];
  const isThere =
    (operator === 'contains' && text.includes(part)) ||
    (operator === 'startsWith' && text.startsWith(part)) ||
    (operator === 'endsWith' && text.endsWith(part));
  return isThere ? CAPITALS : null;
}

/** What the rule wants of a text or a list. @param what `one`, for what begins, ends or matches */
export function demandOfText(miss: Miss, what: string): string {
  const { words, operator, wanted, actual } = miss;
  const verb = VERBS.get(operator);
  if (verb !== undefined) return `${what} that ${wanted ? verb.does : `does not ${verb.do}`} ${rightSide(miss)}`;
  const isList = words.type === 'strings' || words.type === 'users' || Array.isArray(actual);
  const [them, among] = isList ? ['them', 'among them'] : ['it', 'within it'];
  switch (operator) {
    case 'notEqual':
    case 'equal':
      return wanted === (operator === 'equal') ? rightSide(miss) : `anything but ${rightSide(miss)}`;
    case 'in':
    case 'notIn':
      return anyOf(miss, wanted === (operator === 'in') ? 'one' : 'none');
    case 'contains':
    case 'doesNotContain':
      return wanted === (operator === 'contains')
        ? `${rightSide(miss)} ${among}`
        : `${them} without ${rightSide(miss)}`;
    case 'containsAny':
      return wanted ? anyOf(miss, 'one') : `${them} without any of ${anyOf(miss, '')}`;
    case 'containsAll':
      return wanted ? `${inWords(lacking(miss))} ${among}` : `${them} without at least one of ${anyOf(miss, '')}`;
    default:
      return `${wanted ? '' : 'not '}${operator} ${rightSide(miss)}`;
  }
}

/** `one of a, b`; a single one is not chosen from. */
function anyOf(miss: Miss, how: 'one' | 'none' | ''): string {
  const values = items(miss.expected);
  const all = miss.other === null ? choices(values.map(inWords)) : rightSide(miss);
  if (how === '') return all;
  if (values.length < 2 && miss.other === null) return how === 'one' ? all : `anything but ${all}`;
  return `${how} of ${all}`;
}

const VERBS: ReadonlyMap<string, { readonly do: string; readonly does: string }> = new Map([
  ['startsWith', { do: 'begin with', does: 'begins with' }],
  ['endsWith', { do: 'end with', does: 'ends with' }],
  ['matches', { do: 'match', does: 'matches' }],
  ['matchesGlob', { do: 'fit', does: 'fits' }],
]);

/** Of all that a list is to have, what it has not. */
function lacking({ actual, expected }: Miss): readonly unknown[] {
  const has = items(actual).map((item) => String(item).toLowerCase());
  return items(expected).filter((item) => !has.includes(String(item).toLowerCase()));
}

/** `it is not merged; the rule wants it to be`. */
export function missedQuality(miss: Miss): Said {
  const { words, operator, wanted, actual, expected, other } = miss;
  const { owner, quality } = words;
  const isEqual = operator === 'equal' || operator === 'notEqual';
  if (quality === null || !isEqual || other !== null) return missedText(miss);
  const isToBe = (expected === true) === ((operator === 'equal') === wanted);
  const is = isUnknown(actual) ? stateOf(words, actual) : `${owner} is ${actual === true ? '' : 'not '}${quality}`;
  return { is, wants: isToBe ? 'it to be' : 'it not to be' };
}

function items(value: unknown): readonly unknown[] {
  if (isUnknown(value)) return [];
  return Array.isArray(value) ? value : [value];
}

/** Of a list that has what it should not have, that in front. */
function unwantedFirst({ actual, expected, wanted, operator }: Miss): unknown {
  if (!Array.isArray(actual) || wanted !== (operator === 'doesNotContain')) return actual;
  const unwanted = items(expected).map((item) => String(item).toLowerCase());
  const found = actual.find((item) => unwanted.includes(String(item).toLowerCase()));
  return found === undefined ? actual : first(found, actual);
}

/** The list with the one that matters in front, should the end of it be cut off. */
function first(item: unknown, list: readonly unknown[]): readonly unknown[] {
  return list.indexOf(item) < 5 ? list : [item, ...list.filter((each) => each !== item)];
}
