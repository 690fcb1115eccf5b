// Conditions as written become conditions as run; what the schema cannot see (types of other facts, names of
// conditions, whether a fact is known at these events) is checked on the way.
//
//   condition := all: [condition…] | any: [condition…] | not: condition | condition: name
//              | fact: …, operator: …, value: …, path?: …
//              | <fact>: value | [values] | { operator: operand, … } | { fact: other }      several keys: all of them
import type { FactEntry, FactType } from '../facts/fact.ts';
import { closest } from './closest.ts';
import { NUMERIC } from './condition-schema.ts';
import { compiled, type Operator, operators } from './operators.ts';
import type { Condition, Test } from './rule.ts';

/** Speaks of places in one file, by JSON pointer. */
export interface Reporter {
  readonly report: (code: string, pointer: string, message: string, hint?: string) => void;
  readonly line: (pointer: string) => number;
}

export interface ConditionScope extends Reporter {
  /** The fact of this name, or null after reporting why it cannot be used here. */
  readonly fact: (name: string, pointer: string) => FactEntry | null;
  /** The condition of this name, or null after reporting. */
  readonly named: (name: string, pointer: string) => Condition | null;
}

type Mapping = Readonly<Record<string, unknown>>;

/** Compiles what already fits the schema; null after reporting a problem. */
export function compileCondition(written: Mapping, pointer: string, scope: ConditionScope): Condition | null {
  const line = scope.line(pointer);
  if ('fact' in written) return canonical(written, pointer, scope);
  const parts = Object.entries(written).map(([key, value]): Condition | null => {
    const below = `${pointer}/${key}`;
    if (key === 'all' || key === 'any') return group(key, value as Mapping[], below, scope);
    if (key === 'not') {
      const condition = compileCondition(value as Mapping, below, scope);
      return condition && { kind: 'not', condition, line: scope.line(below) };
    }
    if (key === 'condition') return scope.named(String(value), below);
    const entry = scope.fact(key, below);
    return entry && compileTests(entry, value, below, scope);
  });
  return joined(parts, line);
}

function group(
  kind: 'all' | 'any',
  written: readonly Mapping[],
  pointer: string,
  scope: ConditionScope,
): Condition | null {
  const parts = written.map((part, index) => compileCondition(part, `${pointer}/${index}`, scope));
  return parts.includes(null)
    ? null
    : { kind, conditions: parts.filter((part) => part !== null), line: scope.line(pointer) };
}

function joined(parts: readonly (Condition | null)[], line: number): Condition | null {
  const conditions = parts.filter((part) => part !== null);
  if (conditions.length !== parts.length) return null;
  return conditions.length === 1 ? (conditions[0] ?? null) : { kind: 'all', conditions, line };
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
  return joined(parts, scope.line(pointer));
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
      `\`${operator.name}\` does not go with ${entry.name}, a ${entry.type}`,
      hint,
    );
    return null;
  }
  if (operator.operand === 'number or comparison' && typeof value === 'object') {
    const parts = Object.entries(value as Mapping).map(([name, operand]) =>
      lengthTest(entry, name, operand, pointer, scope),
    );
    return joined(parts, scope.line(pointer));
  }
  const fits = checkOperand(entry, operator, value, valuePointer, scope);
  if (!fits) return null;
  if (operator.name === 'length') return lengthTest(entry, 'equal', value, pointer, scope);
  const evaluator = `${decorators(entry, operator)}${operator.name}`;
  return { kind: 'test', fact: entry.name, operator: operator.name, value, line: scope.line(pointer), evaluator };
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
  return { kind: 'test', fact: entry.name, operator, value, line: scope.line(pointer), evaluator: `length:${name}` };
}

/** How the engine must prepare both sides: users by account, labels and logins without case. */
function decorators(entry: FactEntry, operator: Operator): string {
  if (operator.operand === 'boolean') return '';
  if (entry.type === 'user' || entry.type === 'users') return 'user:';
  return entry.ignoreCase === true && operator.operand !== 'pattern' && operator.operand !== 'glob'
    ? 'ignoreCase:'
    : '';
}

function checkOperand(
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
  if (operator.operand === 'pattern') return isPattern(value, wrong);
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

function isPattern(value: unknown, wrong: Wrong): boolean {
  try {
    compiled(String(value));
    return typeof value === 'string' || wrong('wrong-type', 'a pattern is a text');
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
