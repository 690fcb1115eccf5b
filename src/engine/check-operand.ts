// Whether what stands on the right of an operator goes with the fact on its left.
import type { FactEntry, FactType } from '../facts/fact.ts';
import { closest } from './closest.ts';
import { durationOf } from './duration.ts';
import { globOf } from './glob.ts';
import type { Operator } from './operators.ts';
import { patternOf } from './pattern.ts';
import { quote } from './quote.ts';
import type { ConditionScope } from './scope.ts';
import { timeOf } from './time-of.ts';
import { typeWords } from './type-words.ts';

/** False after reporting what does not fit. */
export function checkOperand(
  entry: FactEntry,
  operator: Operator,
  value: unknown,
  pointer: string,
  scope: ConditionScope,
): boolean {
  const wrongAt =
    (place: string): Wrong =>
    (code, message, hint) => {
      scope.report(code, place, message, hint);
      return false;
    };
  const wrong = wrongAt(pointer);
  const other = factNamed(value);
  if (other !== null) {
    const right = scope.fact(other, `${pointer}/fact`);
    if (right === null) return false;
    const wanted = factTypes(entry.type, operator);
    if (wanted.includes(right.type)) return true;
    const message =
      wanted.length === 0
        ? `\`${operator.name}\` compares with no other fact`
        : `\`${entry.name}\` is compared with ${typeWords(wanted)}, and \`${right.name}\` is ${typeWords([right.type])}`;
    return wrong('wrong-type', message);
  }
  if (operator.operand === 'boolean')
    return typeof value === 'boolean' || wrong('wrong-type', `\`${operator.name}\` must be true or false`);
  if (operator.operand === 'list' || operator.operand === 'elements') {
    if (!Array.isArray(value) || value.length === 0) return wrong('wrong-type', `\`${operator.name}\` needs a list`);
    return value.map((item, index) => isElement(entry, item, wrongAt(`${pointer}/${index}`))).every(Boolean);
  }
  if (operator.operand === 'duration') {
    const isDuration = typeof value === 'string' && durationOf(value) !== null;
    return isDuration || wrong('wrong-type', `${quoted(value)} is no duration`, 'write it as 30m, 12h, 7d or 2w');
  }
  if (operator.operand === 'pattern') return isPattern(value, wrong);
  if (operator.operand === 'glob') return isGlob(value, wrong);
  if (operator.operand === 'number or comparison')
    return Number.isInteger(value) || wrong('wrong-type', 'a length must be a whole number');
  // A part of a text is compared with no whole value.
  const isPart = entry.type === 'string' && operator.operand === 'element';
  return isElement(isPart ? { name: entry.name, type: 'string' } : entry, value, wrong);
}

type Wrong = (code: string, message: string, hint?: string) => boolean;

function isElement(entry: Pick<FactEntry, 'name' | 'type' | 'values'>, value: unknown, wrong: Wrong): boolean {
  const wanted = entry.type === 'number' || entry.type === 'boolean' ? entry.type : 'string';
  if (typeof value !== wanted) {
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    const message = `\`${entry.name}\` is compared with ${typeWords([wanted])}, not ${quoted(value)}`;
    return wrong('wrong-type', message, wanted === 'string' && isPlain ? `put it in quotes: "${value}"` : undefined);
  }
  if (entry.type === 'time' && timeOf(String(value)) === null)
    return wrong('wrong-type', `${quoted(value)} is no time`, 'write it as 2026-01-31T12:00:00Z');
  if (entry.values !== undefined && !entry.values.includes(String(value))) {
    const near = closest(String(value), entry.values);
    const hint = near === null ? `it can be ${entry.values.join(', ')}` : `did you mean \`${near}\`?`;
    return wrong('bad-value', `\`${entry.name}\` is never ${quoted(value)}`, hint);
  }
  return true;
}

/** Longer ones are no rules, and cost time for every event. */
const MAX_PATTERN = 1000;
const MAX_GLOB = 200;

function isGlob(value: unknown, wrong: Wrong): boolean {
  if (typeof value !== 'string' || value.length > MAX_GLOB) {
    return wrong('bad-glob', `a glob is a text of at most ${MAX_GLOB} characters`);
  }
  try {
    globOf(value);
    return true;
  } catch (error) {
    return wrong('bad-glob', error instanceof Error ? error.message : String(error));
  }
}

function isPattern(value: unknown, wrong: Wrong): boolean {
  if (typeof value !== 'string' || value.length > MAX_PATTERN) {
    return wrong('bad-pattern', `a pattern is a text of at most ${MAX_PATTERN} characters`);
  }
  const [, inside, flags = ''] = /^\/(.+)\/([gi]{1,2})$/.exec(value) ?? [];
  if (inside !== undefined) {
    const hint = `write \`${flags.includes('i') ? '(?i)' : ''}${inside}\``;
    return wrong('bad-pattern', 'this is written as in JavaScript: the slashes would be part of the pattern', hint);
  }
  try {
    patternOf(value);
    return true;
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace('error parsing regexp: ', '');
    return wrong(
      'bad-pattern',
      `this cannot be used as a regular expression: ${why}`,
      'the syntax is RE2: no look-around, no back-references',
    );
  }
}

function quoted(value: unknown): string {
  return value === null || value === undefined ? 'nothing' : quote(value);
}

function factNamed(value: unknown): string | null {
  const isObject = typeof value === 'object' && value !== null && 'fact' in value;
  return isObject && typeof value.fact === 'string' ? value.fact : null;
}

/** Types another fact may have to stand on the right of this operator. */
export function factTypes(type: FactType, { operand }: Pick<Operator, 'operand'>): readonly FactType[] {
  const element: FactType = type === 'strings' ? 'string' : type === 'users' ? 'user' : type;
  const list: FactType[] = element === 'user' ? ['users'] : element === 'string' ? ['strings'] : [];
  if (operand === 'list' || operand === 'elements') return list;
  if (operand === 'same' || operand === 'element') return element === 'user' ? ['user', 'string'] : [element];
  return [];
}
