// The JSON Schema of conditions: every fact with what may stand behind it, by its type.
import type { FactEntry, FactType } from '../facts/fact.ts';
import { factTypes } from './check-operand.ts';
import { type Operand, type Operator, operators } from './operators.ts';
import { type Audience, type Kind, TYPES } from './schema-audience.ts';
import { named, part, type Schema } from './schema-parts.ts';
import { factExample, factMeaning, operatorExample, operatorMeaning } from './schema-words.ts';

/** Conditions on these facts; `self` is the name under which conditions within it find it again. */
export function conditionSchema(facts: readonly FactEntry[], self: string, to: Audience): Schema {
  const within = part(self);
  const list = { type: 'array', minItems: 1, items: within };
  const about = (description: string) => to.about({ description });
  const own = ownForm(to);
  const hidden = Object.fromEntries(Object.keys(own).map((name) => [name, { doNotSuggest: true }]));
  return named(
    'fact',
    {
      all: { ...list, ...about('All of these hold.') },
      any: { ...list, ...about('At least one of these holds.') },
      not: { ...within, ...about('This does not hold.') },
      condition: { type: 'string', ...about('The condition of this name, in any of the files, holds.') },
      fact: { type: 'string', ...about("json-rules-engine's own form: the fact, with `operator` and `value`.") },
      ...(to.isEditor ? hidden : own),
      ...Object.fromEntries(facts.map((entry) => [entry.name, to.isEditor ? part(entry.name) : test(entry, to)])),
    },
    {
      ...to.about({ title: 'Condition' }),
      minProperties: 1,
      dependentRequired: { fact: ['operator', 'value'], operator: ['fact'], value: ['fact'], path: ['fact'] },
      ...(to.isEditor ? onceNamed(own, to) : {}),
    },
  );
}

/** What stands beside `fact` in json-rules-engine's own form. */
function ownForm(to: Audience): Schema {
  const known = [...operators.values()].map((one) => ({ name: one.name, meaning: operatorMeaning(one) }));
  return {
    operator: { ...to.choice(null, known), ...to.about({ description: 'How the fact is compared.' }) },
    value: to.about({ description: 'What it is compared with: a value, a list, or another fact.' }),
    path: { type: 'string', ...to.about({ description: 'A part of the fact: `$.name.name`, plain names only.' }) },
  };
}

/** Editors offer them only where there is a fact; with a path, that is only the beginning of a name. */
function onceNamed(own: Schema, to: Audience): Schema {
  const names = { if: { required: ['path'] }, else: { properties: { fact: to.factName(TYPES) } } };
  // biome-ignore lint/suspicious/noThenProperty: `then` is JSON Schema's keyword
  return { if: { type: 'object', required: ['fact'] }, then: { properties: own, ...names } };
}

/** What may stand behind the name of this fact. */
export function factSchema(entry: FactEntry, to: Audience): Schema {
  const example = factExample(entry);
  const examples = example === undefined ? {} : { examples: [example] };
  const about = to.about({ title: 'Fact', description: factMeaning(entry), ...examples });
  if (!isList(entry.type)) return { ...test(entry, to), ...about };
  const errorMessage = 'This is a list: compare it by an operator, such as `contains` or `containsAny`.';
  return { type: 'object', allOf: [test(entry, to)], ...about, ...to.about({ errorMessage }) };
}

const test = (entry: FactEntry, to: Audience): Schema => part(testOf(to.kindOf(entry)));

/** The part that says what may stand behind facts of this kind. */
export const testOf = ({ name }: Kind): string => `${name}-test`;
/** The part with the known values of this kind. */
export const valuesOf = ({ name }: Kind): string => `${name}-value`;

const isList = (type: FactType): boolean => type === 'strings' || type === 'users';

/** JSON type of one value, or of one element, as it is written in a rule. */
const WRITTEN: Readonly<Record<FactType, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  time: 'string',
  user: 'string',
  strings: 'string',
  users: 'string',
};

/** What may stand behind facts of this kind: a value, a list of values, another fact, or operators. */
export function testSchema(kind: Kind, to: Audience): Schema {
  const { type } = kind;
  const own = [...operators.values()].filter((operator) => operator.types.includes(type));
  const other = isList(type) && to.isEditor ? [] : othersFor(type, 'same', to);
  const equals = { fact: { ...to.factName(other), ...to.about({ description: 'Equals this other fact.' }) } };
  const object = named(
    'operator',
    {
      ...(other.length === 0 ? {} : equals),
      ...Object.fromEntries(own.map((operator) => [operator.name, operatorSchema(operator, kind, to)])),
    },
    { minProperties: 1 },
  );
  if (isList(type)) return to.isEditor ? untyped(object) : { ...object, 'x-list': true };
  return {
    type: [WRITTEN[type], 'array', 'object'],
    ...to.cases({ ...oneOfMany(kind), array: { minItems: 1, items: valueSchema(kind) }, object }),
  };
}

/** For editors, the fact itself says that a list wants a mapping. */
function untyped({ type: _, ...schema }: Schema): Schema {
  return schema;
}

/** One value of this kind, or one element of a list of them. */
function valueSchema(kind: Kind): Schema {
  return kind.values === undefined ? { type: WRITTEN[kind.type] } : part(valuesOf(kind));
}

/** Where values are known, the case of a single one. */
function oneOfMany(kind: Kind): Readonly<Record<string, Schema>> {
  return kind.values === undefined ? {} : { [WRITTEN[kind.type]]: valueSchema(kind) };
}

function operatorSchema(operator: Operator, kind: Kind, to: Audience): Schema {
  const isPart = kind.type === 'string' && operator.operand === 'element';
  const compared = isPart ? { name: kind.type, type: kind.type } : kind;
  return {
    ...operandSchema(operator.operand, compared, to),
    ...to.about({
      title: operator.name,
      description: operatorMeaning(operator),
      examples: [operatorExample(operator, compared.type, compared.values)],
    }),
  };
}

function operandSchema(operand: Operand, kind: Kind, to: Audience): Schema {
  const other = othersFor(kind.type, operand, to);
  const object = other.length === 0 ? {} : { object: to.otherFact(other) };
  const orFact = (type: string, byType: Readonly<Record<string, Schema>>) => ({
    type: [type, ...Object.keys(object)],
    ...to.cases({ ...byType, ...object }),
  });
  const one = () => orFact(WRITTEN[kind.type], oneOfMany(kind));
  const many = () => orFact('array', { array: { minItems: 1, items: valueSchema(kind) } });
  const schemas: Readonly<Record<Operand, () => Schema>> = {
    same: one,
    element: one,
    list: many,
    elements: many,
    pattern: () => ({ type: 'string', minLength: 1, maxLength: 1000 }),
    glob: () => ({ type: 'string', minLength: 1, maxLength: 200 }),
    boolean: () => ({ type: 'boolean' }),
    duration: () => ({
      type: 'string',
      pattern: '^[1-9][0-9]{0,4}[mhdw]$',
      ...to.about({ errorMessage: 'A duration is written as 30m, 12h, 7d or 2w.' }),
    }),
    'number or comparison': () => ({
      type: ['integer', 'object'],
      ...to.cases({
        object: named('operator', Object.fromEntries(NUMERIC.map((name) => [name, lengthSchema(name, to)])), {
          minProperties: 1,
        }),
      }),
    }),
  };
  return schemas[operand]();
}

function lengthSchema(name: string, to: Audience): Schema {
  const operator = operators.get(name);
  const description = operator === undefined ? {} : { description: operatorMeaning(operator) };
  return { type: 'integer', ...to.about({ title: name, ...description, examples: [0] }) };
}

/** Types that another fact may have there; the checker takes any, and leaves the rest to the compiler. */
function othersFor(type: FactType, operand: Operand, to: Audience): readonly FactType[] {
  return to.isEditor ? factTypes(type, { operand }) : TYPES;
}

/** Operators that `length` can be compared with. */
export const NUMERIC: readonly string[] = [
  'equal',
  'notEqual',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
];
