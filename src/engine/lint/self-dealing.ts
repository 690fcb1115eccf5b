// `self-dealing`: an award that nothing keeps from those who bring about what it is for.
import type { FactEntry } from '../../facts/fact.ts';
import { otherFact } from '../condition-facts.ts';
import type { Problem } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { awardsOf } from './awards.ts';
import { formulaOf, literalsOf } from './formula.ts';
import { type Linting, warning } from './linting.ts';
import type { FactByName } from './refute.ts';
import { affirmed } from './says.ts';

export function selfDealing(linting: Linting): Problem[] {
  const guards = new Map<string, string | null>();
  return awardsOf(linting).flatMap(({ rule, to, at }) => {
    if (isGuarded(rule, to)) return [];
    const message = `\`${to}\` could award themselves: no part of the condition keeps them apart from anybody`;
    const guard = guards.get(`${rule.subject} ${to}`) ?? guardFor(to, rule, linting.facts);
    guards.set(`${rule.subject} ${to}`, guard);
    return [warning('self-dealing', at, message, guard === null ? undefined : `add \`${guard}\` to the condition`)];
  });
}

const APART = ['equal', 'in', 'contains', 'containsAny', 'containsAll'];

/** Whether any comparison of the condition keeps who gets the award apart from somebody else. */
function isGuarded(rule: Rule, to: string): boolean {
  return literalsOf(formulaOf(rule.condition)).some((literal) => {
    const { fact, value } = literal.test;
    const other = otherFact(value);
    const { operator, holds } = affirmed(literal);
    if (other === null || holds || !APART.includes(operator)) return false;
    return (person(fact) === to) !== (person(other) === to);
  });
}

/** The user that a fact is about: of its login or number, the user. */
function person(fact: string): string {
  return fact.replace(/\.(login|id)$/, '');
}

/** A guard as it would be written: with another person of the same family of facts, of the subject, or none. */
function guardFor(to: string, rule: Rule, facts: FactByName): string | null {
  const people = [...facts.values()].filter(({ name, type }) => name !== to && (type === 'user' || type === 'users'));
  const family = (name: string) => name.split('.')[0];
  const near = people.filter(({ name }) => family(name) === family(to));
  const ofSubject = people.filter(({ name }) => family(name) === rule.subject);
  const [other] = [...near, ...ofSubject].sort((a, b) => Number(a.type === 'users') - Number(b.type === 'users'));
  const recipient = facts.get(to);
  if (other === undefined || recipient === undefined) return null;
  const [list, one] = recipient.type === 'users' ? [recipient, other] : [other, recipient];
  return list.type === 'users' ? apart(list, 'contains', one) : apart(list, 'equal', one);
}

function apart(left: FactEntry, operator: string, right: FactEntry): string {
  return `not: { ${left.name}: { ${operator}: { fact: ${right.name} } } }`;
}
