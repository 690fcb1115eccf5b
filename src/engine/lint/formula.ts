// Conditions as logic sees them: `not` moved down to the comparisons, so that only "all of" and "one of" are left.
import type { FactEntry } from '../../facts/fact.ts';
import { otherFact } from '../condition-facts.ts';
import type { At, Condition, Test } from '../rule.ts';

/** A comparison that is to hold, or not to hold. */
export interface Literal {
  readonly kind: 'literal';
  readonly test: Test;
  readonly holds: boolean;
}

export type Formula = { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] } | Literal;

const made = { true: new WeakMap<Condition, Formula>(), false: new WeakMap<Condition, Formula>() };

/** What has to be so for the condition to hold, or, with `false`, for it not to hold. Every lint asks; it is made once. */
export function formulaOf(condition: Condition, holds = true): Formula {
  const known = made[`${holds}`].get(condition);
  if (known !== undefined) return known;
  const formula = formulaFrom(condition, holds);
  made[`${holds}`].set(condition, formula);
  return formula;
}

function formulaFrom(condition: Condition, holds: boolean): Formula {
  switch (condition.kind) {
    case 'test':
      return { kind: 'literal', test: condition, holds };
    case 'not':
      return formulaOf(condition.condition, !holds);
    case 'all':
    case 'any': {
      const isAnd = (condition.kind === 'all') === holds;
      return { kind: isAnd ? 'and' : 'or', parts: condition.conditions.map((part) => formulaOf(part, holds)) };
    }
  }
}

export function both(...parts: readonly Formula[]): Formula {
  return { kind: 'and', parts };
}

/** Every comparison of a formula, in the order in which they are written. */
export function literalsOf(formula: Formula): Literal[] {
  return formula.kind === 'literal' ? [formula] : formula.parts.flatMap(literalsOf);
}

export function negated({ test, holds }: Literal): Literal {
  return { kind: 'literal', test, holds: !holds };
}

/** What is taken for granted stands in no file. */
const NOWHERE: At = { file: '', line: 0, column: 0, length: 0 };

/** A comparison that nobody wrote: something known of the moment at which a condition is looked at. */
export function granted(entry: FactEntry, operator: string, value: unknown, holds = true): Literal {
  const ofLength = operator === 'length' ? 'length:equal' : operator;
  const isUser = entry.type === 'user' || entry.type === 'users';
  const decorator = isUser ? 'user:' : entry.ignoreCase === true ? 'ignoreCase:' : '';
  const evaluator = operator === 'length' || operator === 'exists' ? ofLength : `${decorator}${operator}`;
  const test: Test = {
    kind: 'test',
    fact: entry.name,
    type: entry.type,
    operator,
    value,
    at: NOWHERE,
    evaluator,
    looksUp: false,
  };
  return { kind: 'literal', test, holds };
}

/** As a rule would write it, on one line: `issue.labels: { contains: Bug }`. */
export function drawn({ test, holds }: Literal): string {
  const { fact, operator } = test;
  const value = drawnValue(test.value);
  const parts = operator.split(' ');
  const isShort = operator === 'equal' || operator === 'in';
  const operand = isShort ? value : parts.reduceRight((inner, part) => `{ ${part}: ${inner} }`, value);
  const written = `${fact}: ${operand}`;
  return `\`${holds ? written : `not: { ${written} }`}\``;
}

function drawnValue(value: unknown): string {
  const other = otherFact(value);
  if (other !== null) return `{ fact: ${other} }`;
  const text = Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
