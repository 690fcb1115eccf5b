// Why one comparison is not as its rule needs it, in one sentence, as one would tell whoever asks.
import { accountsOf, missedAccount } from './accounts.ts';
import { isUnknown, lackOf, type Miss, type Said, stateOf } from './comparison.ts';
import { missedLength, missedNumber, missedTime } from './measures.ts';
import { missedQuality, missedText } from './texts.ts';
import { ago } from './values.ts';

/**
 * Without capital letter and full stop: `its labels are …; the rule wants … – did somebody mistype it?`
 *
 * @param after the miss that was spoken of before: what the rule wants is not said twice
 */
export function sentenceOf(miss: Miss, after?: Miss): string {
  const { words, expected, other } = miss;
  if (other !== null && isUnknown(expected))
    return `${lackOf(other, expected)}, so there is nothing to compare ${words.name} with`;
  const { is, wants, remark } = sayingOf(miss)(miss);
  if (after !== undefined && sayingOf(after)(after).wants === wants) return is;
  return `${is}; the rule wants ${wants}${remark === undefined ? '' : ` – ${remark}`}`;
}

function sayingOf({ words, operator }: Miss): (miss: Miss) => Said {
  if (operator === 'exists') return missedExistence;
  if (operator.startsWith('length')) return missedLength;
  if (words.deed !== null) return missedAccount;
  if (words.type === 'time') return missedTime;
  if (words.type === 'boolean') return missedQuality;
  return words.type === 'number' ? missedNumber : missedText;
}

function missedExistence({ words, wanted, actual, expected, now }: Miss): Said {
  const isToBe = (expected === true) === wanted;
  const { name, deed, done, owner, quality, isPlural } = words;
  if (isToBe && isUnknown(actual)) {
    const wants = deed ? 'somebody' : done ? 'it to be' : quality ? 'that known' : isPlural ? 'them to be' : 'one';
    return { is: stateOf(words, actual), wants };
  }
  if (deed !== null) return { is: accountsOf(words, actual), wants: 'nobody' };
  if (done !== null) return { is: `${owner} was ${done} ${ago(String(actual), now)}`, wants: 'it not to be' };
  if (quality !== null) return { is: `it is known whether ${owner} is ${quality}`, wants: 'that unknown' };
  if (Array.isArray(actual)) return { is: `${name} are known`, wants: 'them not to be' };
  return { is: stateOf(words, actual), wants: 'none' };
}
