// A rule set to explain by: every rule is looked at, and every part of its condition.
import type { Condition, Rule, RuleSet } from '../rule.ts';
import { ruleSetOf } from '../rule-set.ts';

/**
 * The same rules without the index, and without the order that saves deciding a question: a part that costs one is looked
 * at though the others have settled the matter. What the rules come to is the same.
 */
export function lookingAtAll({ version, rules }: RuleSet): RuleSet {
  return ruleSetOf(version, rules.map(lookedAtWhole), { allUpTo: Infinity });
}

/** The rule with a condition of which every part is looked at. */
export function lookedAtWhole(rule: Rule): Rule {
  return { ...rule, condition: whole(rule.condition) };
}

function whole(condition: Condition): Condition {
  switch (condition.kind) {
    case 'test':
      return { ...condition, looksUp: false };
    case 'not':
      return { ...condition, condition: whole(condition.condition) };
    default:
      return { ...condition, conditions: condition.conditions.map(whole) };
  }
}
