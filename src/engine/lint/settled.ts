// What a rule settles: the facts that can have only these few values wherever it holds, its repositories among them.
import type { Rule } from '../rule.ts';
import { type Formula, formulaOf } from './formula.ts';
import type { FactByName } from './refute.ts';
import { claimOf } from './says.ts';

/** By fact, its values as texts. */
export type Settled = ReadonlyMap<string, readonly string[]>;

export function settlesOf(rule: Rule, facts: FactByName): Settled {
  const settled = new Map<string, readonly string[]>();
  const owners = ownersOf(rule);
  if (owners !== null) settled.set('repository.owner', owners);
  const note = (fact: string, values: readonly string[]) => {
    const known = settled.get(fact);
    settled.set(fact, known === undefined ? values : known.filter((value) => values.includes(value)));
  };
  const visit = (formula: Formula): void => {
    if (formula.kind === 'and') for (const part of formula.parts) visit(part);
    if (formula.kind !== 'literal') return;
    const { known, says } = claimOf(formula);
    const { fact, type } = formula.test;
    if (known !== true || says === null || !says.holds || says.ofLength) return;
    if (says.operator !== 'equal' && says.operator !== 'in') return;
    const fold = facts.get(fact)?.ignoreCase === true || type === 'user';
    const values = [says.operand].flat().map(String);
    note(fact, fold ? values.map((value) => value.toLowerCase()) : values);
  };
  visit(formulaOf(rule.condition));
  return settled;
}

/** The owners of a rule's repositories, in lower case, where its globs name them. */
function ownersOf({ repositories }: Rule): readonly string[] | null {
  const owners = repositories.map((glob) => glob.split('/')[0]?.toLowerCase() ?? '');
  return owners.length === 0 || owners.some((owner) => /[*?{]/.test(owner)) ? null : [...new Set(owners)];
}
