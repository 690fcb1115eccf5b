// A mutant: the rules with one thing changed, which a test should notice.
import type { At, Rule, RuleSet } from '../../engine/rule.ts';

export interface Mutant {
  /** What is changed, in words: “`contains: C4GT Community` → `contains: C4GT Community (changed)`”. */
  readonly what: string;
  readonly at: At;
  /** The rules that are otherwise, by id. A named condition, or a table, changes every rule that uses it. */
  readonly rules: ReadonlyMap<string, Rule>;
}

/** The same rules but for those of the mutant; `rules` must have no index, which the change could lead astray. */
export function withMutant(rules: RuleSet, mutant: Mutant): RuleSet {
  const current = (rule: Rule): Rule => mutant.rules.get(rule.id) ?? rule;
  return {
    ...rules,
    rules: rules.rules.map(current),
    byId: new Map([...rules.byId].map(([id, rule]) => [id, current(rule)])),
    atEvent: (event, facts, standing) =>
      rules
        .atEvent(event, facts, standing)
        .map(current)
        .filter(({ on }) => on.some((name) => event === name || event.startsWith(`${name}.`))),
    onSubject: (kind, facts, standing) => rules.onSubject(kind, facts, standing).map(current),
  };
}
