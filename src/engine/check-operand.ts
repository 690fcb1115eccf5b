// Whether what stands on the right of an operator goes with the fact on its left.
import type { FactEntry, FactType } from '../facts/fact.ts';
import { closest } from './closest.ts';
import { durationOf } from './duration.ts';
import { globOf } from './glob.ts';
import { compiled, type Operator } from './operators.ts';
import type { ConditionScope } from './scope.ts';

/** False after reporting what does not fit. */
export function checkOperand(
  entry: FactEntry,
  operator: Operator,
  value: unknown,
  pointer: string,
  scope: ConditionScope,
): boolean {
  const wrong = (code: string, message: string, hint?: string) => {
    scope.report(code, pointer, message, hint);
    return false;
  };
  const other = factNamed(value);
  if (other !== null) {
    const right = scope.fact(other, `${pointer}/fact`);
    if (right === null) return false;
    const wanted = factTypes(entry.type, operator);
    if (wanted.includes(right.type)) return true;
    return wrong(
      'wrong-type',
      `${entry.name} \`${operator.name}\` wants a ${wanted.join(' or ')}; ${right.name} is a ${right.type}`,
    );
  }
  if (operator.operand === 'boolean')
    return typeof value === 'boolean' || wrong('wrong-type', `\`${operator.name}\` is true or false`);
  if (operator.operand === 'list' || operator.operand === 'elements') {
    if (!Array.isArray(value) || value.length === 0) return wrong('wrong-type', `\`${operator.name}\` wants a list`);
    return value.every((item) => isElement(entry, item, wrong));
  }
  if (operator.operand === 'duration') {
    const isDuration = typeof value === 'string' && durationOf(value) !== null;
    return (
      isDuration || wrong('wrong-type', `${JSON.stringify(value)} is no duration`, 'write it as 30m, 12h, 7d or 2w')
    );
  }
  if (operator.operand === 'pattern') return isPattern(value, wrong);
  if (operator.operand === 'glob') return isGlob(value, wrong);
  if (operator.operand === 'number or comparison')
    return Number.isInteger(value) || wrong('wrong-type', 'a length is a whole number');
  return isElement(entry, value, wrong);
}

type Wrong = (code: string, message: string, hint?: string) => false | boolean;

function isElement(entry: FactEntry, value: unknown, wrong: Wrong): boolean {
  const wanted = entry.type === 'number' || entry.type === 'boolean' ? entry.type : 'string';
  if (typeof value !== wanted)
    return wrong('wrong-type', `${entry.name} is compared with a ${wanted}, not ${JSON.stringify(value)}`);
  if (entry.type === 'time' && Number.isNaN(Date.parse(String(value))))
    return wrong('wrong-type', `${JSON.stringify(value)} is no time`, 'write it as 2026-01-31T12:00:00Z');
  if (entry.values !== undefined && !entry.values.includes(String(value))) {
    const near = closest(String(value), entry.values);
    const hint = near === null ? `it can be ${entry.values.join(', ')}` : `did you mean \`${near}\`?`;
    return wrong('bad-value', `${entry.name} is never ${JSON.stringify(value)}`, hint);
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
  try {
    compiled(value);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return wrong(
      'bad-pattern',
      `this is no regular expression: ${why}`,
      'the syntax is RE2: no look-around, no back-references',
    );
  }
}

function factNamed(value: unknown): string | null {
  const isObject = typeof value === 'object' && value !== null && 'fact' in value;
  return isObject && typeof value.fact === 'string' ? value.fact : null;
}

/** Types another fact may have to stand on the right of this operator. */
function factTypes(type: FactType, { operand }: Operator): readonly FactType[] {
  const element: FactType = type === 'strings' ? 'string' : type === 'users' ? 'user' : type;
  const list: FactType[] = element === 'user' ? ['users'] : element === 'string' ? ['strings'] : [];
  if (operand === 'list' || operand === 'elements') return list;
  if (operand === 'same' || operand === 'element') return element === 'user' ? ['user', 'string'] : [element];
  return [];
}
