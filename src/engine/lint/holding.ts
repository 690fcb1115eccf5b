// `never-holds` and `always-holds`: conditions whose parts exclude one another, or leave nothing out.
import { factsIn } from '../condition-facts.ts';
import type { Problem } from '../problem.ts';
import type { Condition, Rule } from '../rule.ts';
import { both, drawn, type Formula, formulaOf, type Literal, literalsOf, negated } from './formula.ts';
import { type Linting, momentOf, warning } from './linting.ts';
import { type Effort, fewest, patience, type Refutation, refute } from './refute.ts';
import { claimOf } from './says.ts';

export function holding(linting: Linting): Problem[] {
  const { rules, facts, placeIn } = linting;
  const named = new Set<string>();
  return rules.flatMap((rule) => {
    const moment = momentOf(rule, facts);
    const never = refute(both(moment, formulaOf(rule.condition)), facts, patience());
    if (never !== null) {
      const message = `this can never hold: ${reasons(never, rule, rule.at.file, linting)}`;
      return [warning('never-holds', placeIn(rule, `/${rule.clause}`), message)];
    }
    // Not even with what is known of the moment: a `when` that is to hold at every event has to say something.
    const negation = formulaOf(rule.condition, false);
    const always = isSoOfNothing(negation) ? null : refute(negation, facts, patience());
    if (always !== null) {
      const [those = []] = always.map((conflict) => fewest(conflict, facts).map(negated));
      const message = `this always holds: ${listed(those.map(drawn), 'or')}, whatever the facts are`;
      return [warning('always-holds', placeIn(rule, `/${rule.clause}`), message, 'say what the rule is about')];
    }
    const moments = literalsOf(moment).map(({ test }) => test.fact);
    const beside = { formulas: [moment], facts: new Set(moments) };
    return deadBranches(rule.condition, beside, { rule, linting, effort: patience(), named });
  });
}

/** Whether it is so where nothing is known at all, which is quickly seen. */
function isSoOfNothing(formula: Formula): boolean {
  if (formula.kind === 'literal') return claimOf(formula).known !== true;
  return formula.kind === 'and' ? formula.parts.every(isSoOfNothing) : formula.parts.some(isSoOfNothing);
}

interface Walk {
  readonly rule: Rule;
  readonly linting: Linting;
  readonly effort: Effort;
  /** Named conditions that were looked at already; many rules use the same. */
  readonly named: Set<string>;
}

/** What has to hold beside a part of a condition, and the facts that this is about. */
interface Beside {
  readonly formulas: readonly Formula[];
  readonly facts: ReadonlySet<string>;
}

const NOTHING: Beside = { formulas: [], facts: new Set() };

/** Parts of an `any` that can never hold, given what must hold beside them. */
function deadBranches(condition: Condition, beside: Beside, walk: Walk): Problem[] {
  switch (condition.kind) {
    case 'test':
      return [];
    case 'not':
      return deadBranches(condition.condition, NOTHING, walk);
    case 'all': {
      if (condition.name !== undefined) {
        if (walk.named.has(condition.name)) return [];
        walk.named.add(condition.name);
        // What stands beside it in this rule does not in others.
        return condition.conditions.flatMap((part) => deadBranches(part, NOTHING, walk));
      }
      const nested = condition.conditions.filter(({ kind }) => kind !== 'test');
      return nested.flatMap((part) => {
        const others = condition.conditions.filter((each) => each !== part);
        const formulas = [...beside.formulas, ...others.map((each) => formulaOf(each))];
        return deadBranches(part, { formulas, facts: new Set([...beside.facts, ...others.flatMap(factsIn)]) }, walk);
      });
    }
    case 'any':
      return condition.conditions.flatMap((part) => {
        const dead = refuteBeside(part, beside, walk);
        if (dead === null) return deadBranches(part, beside, walk);
        const message = `this part of \`any\` can never hold: ${reasons(dead, walk.rule, part.at.file, walk.linting)}`;
        return [warning('never-holds', part.at, message, 'take it out, or mend it')];
      });
  }
}

/** What is about other facts than those beside it does not depend on them. */
function refuteBeside(part: Condition, beside: Beside, { linting, effort }: Walk): Refutation | null {
  const isApart = !factsIn(part).some((fact) => beside.facts.has(fact));
  const formula = formulaOf(part);
  return refute(isApart ? formula : both(...beside.formulas, formula), linting.facts, effort);
}

/** The comparisons that exclude one another, of the first alternatives; `file` is where this will be read. */
function reasons(refutation: Refutation, rule: Rule, file: string, { facts }: Linting): string {
  const conflicts = refutation.slice(0, 10).map((conflict) => exclusion(fewest(conflict, facts), rule, file));
  const distinct = [...new Set(conflicts)];
  const more = distinct.length > 2 ? '; and so on' : '';
  return `${distinct.slice(0, 2).join('; ')}${more}`;
}

function exclusion(literals: readonly Literal[], rule: Rule, file: string): string {
  const written = literals.filter(({ test }) => test.at.line > 0);
  const shown = written.map((literal) => {
    const { at } = literal.test;
    // A named condition may stand in another file.
    return at.file === file ? drawn(literal) : `${drawn(literal)} (${at.file}:${at.line})`;
  });
  const event = written.length < literals.length ? [`\`on: ${rule.on.join(', ')}\``] : [];
  const sides = [...shown, ...event];
  return sides.length === 1 ? `${sides[0]} is never true` : `${listed(sides, 'and')} exclude one another`;
}

function listed(parts: readonly string[], word: 'and' | 'or'): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${word} ${last}`;
}
