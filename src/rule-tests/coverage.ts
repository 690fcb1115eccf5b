// Coverage: of each condition of each rule, whether any test has seen it true, and whether any has seen it false.
import type { Problem } from '../engine/problem.ts';
import type { At, Condition, RuleSet } from '../engine/rule.ts';
import { sitesOf } from './condition-sites.ts';
import type { Decided } from './play-test.ts';
import { warningAt } from './problem-at.ts';

export interface Coverage {
  readonly conditions: readonly CoveredCondition[];
  /** Of two for each condition, how many were seen. */
  readonly seen: number;
  readonly total: number;
  /** From 0 to 100; 100 where there is nothing to see. */
  readonly percent: number;
}

export interface CoveredCondition {
  /** The rules that it is part of. */
  readonly rules: readonly string[];
  readonly kind: 'rule' | 'all' | 'any' | 'test' | 'condition';
  readonly at: At;
  readonly seenTrue: boolean;
  readonly seenFalse: boolean;
}

/** A `not` is left out: what it negates says the same. */
export function coverageOf(rules: RuleSet, decided: Iterable<readonly Decided[]>): Coverage {
  const found = new Map<string, { rules: Set<string>; kind: CoveredCondition['kind']; at: At; seen: Set<boolean> }>();
  for (const rule of rules.rules) {
    for (const { key, condition } of sitesOf(rule)) {
      const known = found.get(key);
      if (known !== undefined) known.rules.add(rule.id);
      else if (condition.kind !== 'not' || key === rule.id) {
        const kind = key === rule.id ? 'rule' : kindOf(condition);
        found.set(key, {
          rules: new Set([rule.id]),
          kind,
          at: key === rule.id ? rule.at : condition.at,
          seen: new Set(),
        });
      }
    }
  }
  for (const decisions of decided) {
    for (const { id, conditions } of decisions.flatMap(({ outcomes }) => outcomes)) {
      const rule = rules.byId.get(id);
      if (rule === undefined || conditions === undefined) continue;
      for (const { key, result } of sitesOf(rule, conditions)) if (result !== null) found.get(key)?.seen.add(result);
    }
  }
  const conditions = [...found.values()].map(({ seen, rules: ids, ...about }) => ({
    rules: [...ids],
    ...about,
    seenTrue: seen.has(true),
    seenFalse: seen.has(false),
  }));
  const seen = conditions.reduce((sum, each) => sum + Number(each.seenTrue) + Number(each.seenFalse), 0);
  const total = conditions.length * 2;
  return { conditions, seen, total, percent: total === 0 ? 100 : (seen / total) * 100 };
}

function kindOf(condition: Condition): CoveredCondition['kind'] {
  if (condition.kind === 'not') return 'test';
  return condition.kind !== 'test' && condition.name !== undefined ? 'condition' : condition.kind;
}

/** What no test has seen, as warnings where it is written. */
export function gapsOf({ conditions }: Coverage): Problem[] {
  return conditions.flatMap(({ rules, kind, at, seenTrue, seenFalse }) => {
    if (seenTrue && seenFalse) return [];
    const code = seenTrue ? 'never-false' : seenFalse ? 'never-true' : 'never-seen';
    const who = rules.length > 3 ? `${rules.slice(0, 3).join(', ')} and ${rules.length - 3} others` : rules.join(', ');
    const message = kind === 'rule' ? `${who} ${RULE[code]}` : `${CONDITION[code]} (${who})`;
    return [warningAt(at, code, message)];
  });
}

const RULE = {
  'never-false': 'holds in every test that comes to it',
  'never-true': 'holds in no test',
  'never-seen': 'is looked at in no test',
};

const CONDITION = {
  'never-false': 'no test sees this false',
  'never-true': 'no test sees this true',
  'never-seen': 'no test looks at this',
};
