// The operators of conditions: on which types of fact each makes sense, what it compares with, and what it means.
// Nothing holds by accident: a comparison with a missing or null value is false, `notEqual` and `doesNotContain` too.
import type { FactType, FactValue } from '../facts/fact.ts';
import { globOf } from './glob.ts';
import { patternOf } from './pattern.ts';

/** What stands on the right of an operator, in terms of the fact on its left. */
export type Operand =
  | 'same'
  | 'element'
  | 'list'
  | 'elements'
  | 'pattern'
  | 'glob'
  | 'number or comparison'
  | 'duration'
  | 'boolean';

export interface Operator {
  readonly name: string;
  /** Whether json-rules-engine brings an operator of this name; ours means the same, guarded against null. */
  readonly origin: 'json-rules-engine' | 'c4gt';
  readonly types: readonly FactType[];
  readonly operand: Operand;
  readonly meaning: string;
  test(fact: FactValue | undefined, value: unknown): boolean;
}

const SCALARS = ['string', 'number', 'boolean', 'time', 'user'] as const satisfies FactType[];
const LISTS = ['strings', 'users'] as const satisfies FactType[];
const ORDERED = ['number'] as const satisfies FactType[];
const TEXTS = ['string'] as const satisfies FactType[];
const ANY: readonly FactType[] = [...SCALARS, ...LISTS];

type Test = Operator['test'];

/** Holds the comparison back from what is missing: `undefined`, `null` and `NaN` compare with nothing. */
const known =
  (test: (fact: Exclude<FactValue, null>, value: unknown) => boolean): Test =>
  (fact, value) =>
    isKnown(fact) && isKnown(value) && test(fact, value);

const isKnown = <T>(value: T): value is Exclude<T, null | undefined> =>
  value !== null && value !== undefined && !Number.isNaN(value);

const includes = (list: unknown, item: unknown): boolean => Array.isArray(list) && list.includes(item);
const numbers = (test: (a: number, b: number) => boolean): Test =>
  known((fact, value) => typeof fact === 'number' && typeof value === 'number' && test(fact, value));
const texts = (test: (a: string, b: string) => boolean): Test =>
  known((fact, value) => typeof fact === 'string' && typeof value === 'string' && test(fact, value));
const times = (test: (a: number, b: number) => boolean): Test =>
  texts((fact, value) => {
    const [a, b] = [Date.parse(fact), Date.parse(value)];
    return !Number.isNaN(a) && !Number.isNaN(b) && test(a, b);
  });

const ours = { origin: 'c4gt' } as const;
const theirs = { origin: 'json-rules-engine' } as const;

const table: readonly Operator[] = [
  { name: 'equal', ...theirs, types: SCALARS, operand: 'same', meaning: 'is this', test: known((a, b) => a === b) },
  {
    name: 'notEqual',
    ...theirs,
    types: SCALARS,
    operand: 'same',
    meaning: 'is known, and is not this',
    test: known((a, b) => a !== b),
  },
  {
    name: 'in',
    ...theirs,
    types: SCALARS,
    operand: 'list',
    meaning: 'is one of these',
    test: known((a, b) => includes(b, a)),
  },
  {
    name: 'notIn',
    ...theirs,
    types: SCALARS,
    operand: 'list',
    meaning: 'is known, and is none of these',
    test: known((a, b) => Array.isArray(b) && !b.includes(a)),
  },
  {
    name: 'contains',
    ...theirs,
    types: [...LISTS, ...TEXTS],
    operand: 'element',
    meaning: 'has this among its elements; of a text: has it somewhere within',
    test: known((a, b) => (typeof a === 'string' ? typeof b === 'string' && a.includes(b) : includes(a, b))),
  },
  {
    name: 'doesNotContain',
    ...theirs,
    types: [...LISTS, ...TEXTS],
    operand: 'element',
    meaning: 'is known, and does not have this among its elements, or within the text',
    test: known((a, b) => (typeof a === 'string' ? typeof b === 'string' && !a.includes(b) : !includes(a, b))),
  },
  {
    name: 'containsAny',
    ...ours,
    types: LISTS,
    operand: 'elements',
    meaning: 'has at least one of these among its elements',
    test: known((a, b) => Array.isArray(b) && b.some((item) => includes(a, item))),
  },
  {
    name: 'containsAll',
    ...ours,
    types: LISTS,
    operand: 'elements',
    meaning: 'has all of these among its elements',
    test: known((a, b) => Array.isArray(b) && b.length > 0 && b.every((item) => includes(a, item))),
  },
  {
    name: 'lessThan',
    ...theirs,
    types: ORDERED,
    operand: 'same',
    meaning: 'is below this',
    test: numbers((a, b) => a < b),
  },
  {
    name: 'lessThanInclusive',
    ...theirs,
    types: ORDERED,
    operand: 'same',
    meaning: 'is at most this',
    test: numbers((a, b) => a <= b),
  },
  {
    name: 'greaterThan',
    ...theirs,
    types: ORDERED,
    operand: 'same',
    meaning: 'is above this',
    test: numbers((a, b) => a > b),
  },
  {
    name: 'greaterThanInclusive',
    ...theirs,
    types: ORDERED,
    operand: 'same',
    meaning: 'is at least this',
    test: numbers((a, b) => a >= b),
  },
  {
    name: 'startsWith',
    ...ours,
    types: TEXTS,
    operand: 'element',
    meaning: 'begins with this text',
    test: texts((a, b) => a.startsWith(b)),
  },
  {
    name: 'endsWith',
    ...ours,
    types: TEXTS,
    operand: 'element',
    meaning: 'ends with this text',
    test: texts((a, b) => a.endsWith(b)),
  },
  {
    name: 'matches',
    ...ours,
    types: TEXTS,
    operand: 'pattern',
    meaning: 'has a part that this regular expression matches (RE2 syntax, time linear in the text)',
    test: texts((a, b) => patternOf(b).matcher(a).find()),
  },
  {
    name: 'matchesGlob',
    ...ours,
    types: TEXTS,
    operand: 'glob',
    meaning: 'fits this glob as a whole, `Code4GovTech/*`',
    test: texts((a, b) => globOf(b)(a)),
  },
  {
    name: 'before',
    ...ours,
    types: ['time'],
    operand: 'same',
    meaning: 'is earlier than this',
    test: times((a, b) => a < b),
  },
  {
    name: 'after',
    ...ours,
    types: ['time'],
    operand: 'same',
    meaning: 'is later than this',
    test: times((a, b) => a > b),
  },
  // These two are run as `before` and `after` a time that is so long ago: what they mean depends on when they are asked.
  {
    name: 'olderThan',
    ...ours,
    types: ['time'],
    operand: 'duration',
    meaning: 'is longer ago than this, `30m`, `12h`, `7d` or `2w`; looked at again every day',
    test: () => false,
  },
  {
    name: 'newerThan',
    ...ours,
    types: ['time'],
    operand: 'duration',
    meaning: 'is not as long ago as this, `30m`, `12h`, `7d` or `2w`; looked at again every day',
    test: () => false,
  },
  {
    name: 'exists',
    ...ours,
    types: ANY,
    operand: 'boolean',
    meaning: 'true: is known and not empty of value (null); false: is missing or null',
    test: (fact, value) => (value === true ? isKnown(fact) : value === false && !isKnown(fact)),
  },
  {
    name: 'length',
    ...ours,
    types: [...LISTS, ...TEXTS],
    operand: 'number or comparison',
    meaning: 'how many elements the list has, or characters the text',
    test: known((fact, value) => (typeof fact === 'string' || Array.isArray(fact)) && fact.length === value),
  },
];

/** Every operator by its name. */
export const operators: ReadonlyMap<string, Operator> = new Map(table.map((operator) => [operator.name, operator]));
