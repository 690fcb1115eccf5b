// Conditions as written become conditions as run; what the schema cannot see (types of other facts, names of
// conditions, whether a fact is known at these events) is checked on the way.
//
//   condition := all: [condition…] | any: [condition…] | not: condition | condition: name
//              | fact: …, operator: …, value: …, path?: …
//              | <fact>: value | [values] | { operator: operand, … } | { fact: other }      several keys: all of them
import type { FactEntry } from '../facts/fact.ts';
import { checkOperand } from './check-operand.ts';
import { otherFact } from './condition-facts.ts';
import { NUMERIC } from './condition-schema.ts';
import { durationOf } from './duration.ts';
import { isMapping, type Mapping } from './mapping.ts';
import { type Operator, operators } from './operators.ts';
import type { At, Condition, Test } from './rule.ts';
import type { ConditionScope } from './scope.ts';
import { timeOf } from './time-of.ts';
import { typeWords } from './type-words.ts';
import { escapePointer } from './yaml-source.ts';

/** Compiles what fits the schema, so that all that is wrong with the rest is said at once; null unless all of it is right. */
export function compileCondition(written: unknown, pointer: string, scope: ConditionScope): Condition | null {
  if (!scope.count() || !scope.isFormed(pointer) || !isMapping(written)) return null;
  const at = scope.at(pointer);
  if ('fact' in written) return scope.isSound(pointer) ? canonical(written, pointer, scope) : null;
  const parts = Object.entries(written).map(([key, value]): Condition | null => {
    const below = `${pointer}/${escapePointer(key)}`;
    if (key === 'all' || key === 'any') return group(key, value, below, scope);
    if (key === 'not') {
      const condition = compileCondition(value, below, scope);
      return condition && { kind: 'not', condition, at: scope.at(below) };
    }
    if (!scope.isSound(below)) return null;
    if (key === 'condition') return scope.named(String(value), below);
    const entry = scope.fact(key, below);
    return entry && compileTests(entry, value, below, scope);
  });
  return joined(parts, at);
}

function group(kind: 'all' | 'any', written: unknown, pointer: string, scope: ConditionScope): Condition | null {
  if (!scope.isFormed(pointer) || !Array.isArray(written)) return null;
  const parts = written.map((part, index) => compileCondition(part, `${pointer}/${index}`, scope));
  return parts.includes(null)
    ? null
    : { kind, conditions: parts.filter((part) => part !== null), at: scope.at(pointer) };
}

function joined(parts: readonly (Condition | null)[], at: At): Condition | null {
  const conditions = parts.filter((part) => part !== null);
  if (conditions.length !== parts.length) return null;
  return conditions.length === 1 ? (conditions[0] ?? null) : { kind: 'all', conditions, at };
}

/** json-rules-engine's own form. A path of plain names is part of the fact's name; any other path is refused. */
function canonical(written: Mapping, pointer: string, scope: ConditionScope): Condition | null {
  const extra = Object.keys(written).find((key) => !['fact', 'operator', 'value', 'path'].includes(key));
  if (extra !== undefined) {
    scope.report(
      'mixed-forms',
      `${pointer}/${extra}`,
      `\`${extra}\` cannot stand beside \`fact\``,
      'put both under `all`',
    );
    return null;
  }
  const path = written['path'] === undefined ? '' : String(written['path']);
  if (path !== '' && !/^\$(\.[a-z_]+)+$/.test(path)) {
    scope.report('bad-path', `${pointer}/path`, 'a path is plain names, `$.author.login`: it is never run as code');
    return null;
  }
  const entry = scope.fact(`${String(written['fact'])}${path.slice(1)}`, `${pointer}/fact`);
  const operator = operators.get(String(written['operator']));
  if (entry === null || operator === undefined) return null;
  return compileTest(entry, operator, written['value'], pointer, `${pointer}/value`, scope);
}

/** The short form: everything that may stand behind a fact's name. */
function compileTests(entry: FactEntry, written: unknown, pointer: string, scope: ConditionScope): Condition | null {
  const test = (name: string, value: unknown, at: string) => {
    const operator = operators.get(name);
    return operator === undefined ? null : compileTest(entry, operator, value, at, at, scope);
  };
  if (Array.isArray(written)) return test('in', written, pointer);
  if (written === null || typeof written !== 'object') return test('equal', written, pointer);
  const parts = Object.entries(written).map(([key, value]) => {
    if (key === 'fact') return test('equal', { fact: value }, pointer);
    return test(key, value, `${pointer}/${key}`);
  });
  return joined(parts, scope.at(pointer));
}

function compileTest(
  entry: FactEntry,
  operator: Operator,
  value: unknown,
  pointer: string,
  valuePointer: string,
  scope: ConditionScope,
): Condition | null {
  if (!operator.types.includes(entry.type)) {
    const usable = [...operators.values()].filter(({ types }) => types.includes(entry.type)).map(({ name }) => name);
    const hint = `it can be ${usable.join(', ')}`;
    scope.report(
      'wrong-operator',
      pointer,
      `\`${operator.name}\` does not go with \`${entry.name}\`, which is ${typeWords([entry.type])}`,
      hint,
    );
    return null;
  }
  if (operator.operand === 'number or comparison' && isMapping(value)) {
    const parts = Object.entries(value).map(([name, operand]) => lengthTest(entry, name, operand, pointer, scope));
    return joined(parts, scope.at(pointer));
  }
  const fits = checkOperand(entry, operator, value, valuePointer, scope);
  if (!fits) return null;
  if (operator.name === 'length') return lengthTest(entry, 'equal', value, pointer, scope);
  const other = otherFact(value);
  const right = other === null ? null : scope.fact(other, valuePointer);
  const test = {
    kind: 'test',
    fact: entry.name,
    type: entry.type,
    operator: operator.name,
    value: entry.type === 'time' ? timesIn(value) : value,
    at: scope.at(pointer),
    looksUp: scope.looksUp(entry) || (right !== null && scope.looksUp(right)),
  } as const;
  const ago = operator.operand === 'duration' ? durationOf(String(value)) : null;
  if (ago !== null) return { ...test, evaluator: operator.name === 'olderThan' ? 'before' : 'after', ago };
  return { ...test, evaluator: `${decorators(entry, operator)}${operator.name}` };
}

/** However a time was written, it is the same. What else stands there, such as a duration, is left as it is. */
function timesIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timesIn);
  return typeof value === 'string' ? (timeOf(value) ?? value) : value;
}

function lengthTest(
  entry: FactEntry,
  name: string,
  value: unknown,
  pointer: string,
  scope: ConditionScope,
): Test | null {
  if (!NUMERIC.includes(name) || typeof value !== 'number') {
    scope.report('wrong-type', pointer, 'a length is compared with a whole number');
    return null;
  }
  const operator = name === 'equal' ? 'length' : `length ${name}`;
  return {
    kind: 'test',
    fact: entry.name,
    type: entry.type,
    operator,
    value,
    at: scope.at(pointer),
    looksUp: scope.looksUp(entry),
    evaluator: `length:${name}`,
  };
}

/** How the engine must prepare both sides: users by account, labels and logins without case. */
function decorators(entry: FactEntry, operator: Operator): string {
  if (operator.operand === 'boolean') return '';
  if (entry.type === 'user' || entry.type === 'users') return 'user:';
  return entry.ignoreCase === true && operator.operand !== 'pattern' && operator.operand !== 'glob'
    ? 'ignoreCase:'
    : '';
}
