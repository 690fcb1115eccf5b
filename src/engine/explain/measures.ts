// Numbers, lengths and times that miss their mark, and by how much.
import { durationOf } from '../duration.ts';
import { accountsOf } from './accounts.ts';
import { isUnknown, type Miss, rightSide, type Said, stateOf } from './comparison.ts';
import { demandOfText, missedText } from './texts.ts';
import { ago, counted, durationInWords, span } from './values.ts';

type Order = 'equal' | 'notEqual' | 'lessThan' | 'lessThanInclusive' | 'greaterThan' | 'greaterThanInclusive';

/** What each order is called, and what it comes to when it must not hold. */
const ORDERS: Readonly<Record<Order, { readonly words: string; readonly opposite: Order }>> = {
  equal: { words: 'exactly', opposite: 'notEqual' },
  notEqual: { words: 'anything but', opposite: 'equal' },
  lessThan: { words: 'less than', opposite: 'greaterThanInclusive' },
  lessThanInclusive: { words: 'at most', opposite: 'greaterThan' },
  greaterThan: { words: 'more than', opposite: 'lessThanInclusive' },
  greaterThanInclusive: { words: 'at least', opposite: 'lessThan' },
};

/** `its additions are 8; the rule wants more than 10: 3 more`. */
export function missedNumber(miss: Miss): Said {
  const { words, operator, wanted, actual, expected } = miss;
  const order = orderOf(operator, wanted);
  if (order === null || typeof expected !== 'number') return missedText(miss);
  const wants = order === 'equal' ? rightSide(miss) : `${ORDERS[order].words} ${rightSide(miss)}`;
  return { is: stateOf(words, actual), wants: `${wants}${gap(order, actual, expected)}` };
}

/** Traces keep no more of a list or a text: how long a longer one is, is not known here. */
const KEPT_ELEMENTS = 50;
const KEPT_CHARACTERS = 200;

/** `its labels are bug and docs (2); the rule wants at least 3: 1 more`. */
export function missedLength(miss: Miss): Said {
  const { words, wanted, actual, expected } = miss;
  const order = orderOf(miss.operator.split(' ')[1] ?? 'equal', wanted);
  if (order === null || typeof expected !== 'number') return missedText(miss);
  const list = Array.isArray(actual) ? actual.length : null;
  const length = list ?? (typeof actual === 'string' ? actual.length : null);
  const isCut = length !== null && length >= (list === null ? KEPT_CHARACTERS : KEPT_ELEMENTS);
  const count = countOf(order, expected);
  const wants = isCut || !count.endsWith(String(expected)) ? count : `${count}${gap(order, length, expected)}`;
  if (length === null) return { is: stateOf(words, isUnknown(actual) ? actual : undefined), wants };
  if (list === null) {
    const size = isCut ? `${KEPT_CHARACTERS} characters or more` : counted(length, 'character');
    return { is: `${words.name} has ${size}`, wants };
  }
  const size = list < 2 ? '' : ` (${list}${isCut ? ' or more' : ''})`;
  return { is: `${words.deed === null ? stateOf(words, actual) : accountsOf(words, actual)}${size}`, wants };
}

function orderOf(operator: string, wanted: boolean): Order | null {
  const order = (Object.keys(ORDERS) as Order[]).find((each) => each === operator);
  return order === undefined ? null : wanted ? order : ORDERS[order].opposite;
}

/** How many there should be: `none`, `at least one`, `more than 3`. */
function countOf(order: Order, count: number): string {
  const asMost = order === 'lessThan' ? 'lessThanInclusive' : order;
  const most = order === 'lessThan' ? count - 1 : count;
  if (most === 0 && (asMost === 'lessThanInclusive' || asMost === 'equal')) return 'none';
  const least = order === 'greaterThan' ? count + 1 : count;
  if (least === 1 && order.startsWith('greaterThan')) return 'at least one';
  return `${ORDERS[order].words} ${count}`;
}

/** `: 3 more`. Between numbers that are not whole there is no telling how much is enough. */
function gap(order: Order, actual: unknown, wanted: number): string {
  if (!Number.isInteger(actual) || !Number.isInteger(wanted) || typeof actual !== 'number' || order === 'notEqual')
    return '';
  const beyond = order === 'lessThan' || order === 'greaterThan' ? 1 : 0;
  const isTooMany = actual > wanted || order === 'lessThan';
  return `: ${Math.abs(wanted - actual) + beyond} ${isTooMany ? 'fewer' : 'more'}`;
}

/** `it was last changed 3 days ago; the rule wants longer ago than 7 days: 4 days to go`. */
export function missedTime(miss: Miss): Said {
  const { words, operator, wanted, actual, expected, other, now } = miss;
  const isKnown = typeof actual === 'string' && !Number.isNaN(Date.parse(actual));
  const { owner, done, name } = words;
  const at = (when: string) => (done === null ? `${name} is ${when}` : `${owner} was ${done} ${when}`);
  const duration = operator === 'olderThan' || operator === 'newerThan' ? durationOf(String(expected)) : null;
  if (duration !== null) {
    const isToBeOlder = (operator === 'olderThan') === wanted;
    const wants = `${isToBeOlder ? 'longer' : 'no longer'} ago than ${durationInWords(String(expected))}`;
    if (!isKnown) return { is: stateOf(words, isUnknown(actual) ? actual : undefined), wants };
    if (now === null) return { is: at(ago(actual, now)), wants };
    const left = duration - (Date.parse(now) - Date.parse(actual));
    const gap = isToBeOlder ? `${span(left, 'up')} to go` : `${span(-left, 'up')} too late`;
    return { is: at(ago(actual, now)), wants: `${wants}: ${gap}` };
  }
  const when = other?.done ? `${other.owner} was ${other.done} at ${String(expected)}` : String(expected);
  const side = operator === 'before' || operator === 'after';
  const wants = side ? `a time ${wanted ? '' : 'not '}${operator} ${when}` : demandOfText(miss, 'one');
  return { is: isKnown ? at(`at ${actual}`) : stateOf(words, isUnknown(actual) ? actual : undefined), wants };
}
