// Accounts that are not those that a rule wants: `asha merged it, who also wrote it; the rule wants them to differ`.
import { isUnknown, lackOf, type Miss, type Said } from './comparison.ts';
import type { FactWords } from './fact-words.ts';
import { demandOfText } from './texts.ts';
import { listed, oneLine } from './values.ts';

/** Operators that hold when the account is there; the others of {@link MEMBERSHIP} when it is not. */
const PRESENT = ['equal', 'in', 'contains', 'containsAny', 'containsAll'];
const MEMBERSHIP = [...PRESENT, 'notEqual', 'notIn', 'doesNotContain'];
/** Operators on lists of accounts. */
const OF_LISTS = ['contains', 'doesNotContain', 'containsAny', 'containsAll'];

/** Of a fact that is an account, its login or its number. */
export function missedAccount(miss: Miss): Said {
  const { words, operator, wanted, actual, expected, other } = miss;
  const is = accountsOf(words, actual);
  if (!MEMBERSHIP.includes(operator)) return { is, wants: demandOfText(miss, 'a login') };
  const isToBe = PRESENT.includes(operator) === wanted;
  if (other?.deed && !isUnknown(expected)) {
    const both = items(actual).filter((each) => items(expected).some((one) => isSame(each, one)));
    if (!isToBe && both.length > 0)
      return { is: `${did(words, both)}, who also ${other.deed.done}`, wants: 'them to differ' };
    if (isToBe && !Array.isArray(expected) && !Array.isArray(actual) && !isUnknown(actual))
      return { is: `${is}, and ${did(other, items(expected))}`, wants: 'them to be the same' };
  }
  const those = other?.deed ? ` (who ${other.deed.done})` : '';
  const any = operator === 'containsAll' || !isToBe ? 'and' : 'or';
  const whom = `${listed(items(expected).map(person), any)}${those}`;
  if (OF_LISTS.includes(operator)) return { is, wants: `${whom} ${isToBe ? '' : 'not '}among them` };
  return { is, wants: isToBe ? whom : `anybody but ${whom}` };
}

/** Who did what makes them this fact: `asha and bob approved it`, `nobody is known to have merged it`. */
export function accountsOf(words: FactWords, value: unknown): string {
  if (isUnknown(value)) return lackOf(words, value);
  return items(value).length === 0 ? lackOf(words, undefined) : did(words, items(value));
}

function did({ name, deed }: FactWords, accounts: readonly unknown[]): string {
  const who = listed(accounts.map(person));
  if (deed === null) return `${name} is ${who}`;
  const done = accounts.length < 2 ? deed.done : deed.done.replace(/^is /, 'are ').replace(/^was /, 'were ');
  return `${who} ${done}`;
}

function items(value: unknown): readonly unknown[] {
  if (isUnknown(value)) return [];
  return Array.isArray(value) ? value : [value];
}

function person(account: unknown): string {
  return typeof account === 'number' ? `account ${account}` : oneLine(String(account));
}

function isSame(a: unknown, b: unknown): boolean {
  return String(a).toLowerCase() === String(b).toLowerCase();
}
