// One change to a condition: a comparison negated or compared with something else, a part left out, all for any.
import type { Condition, Rule, Test } from '../../engine/rule.ts';
import { replaced, type Site, sitesOf } from '../condition-sites.ts';
import type { Mutant } from './mutant.ts';
import { otherValues, testInWords } from './mutate-test.ts';

/** Every change to every condition; what stands in a named condition is changed in all rules that name it. */
export function conditionMutants(rules: readonly Rule[]): Mutant[] {
  const sites = new Map<string, { site: Site; users: Rule[] }>();
  for (const rule of rules) {
    for (const site of sitesOf(rule)) {
      const known = sites.get(site.key);
      if (known === undefined) sites.set(site.key, { site, users: [rule] });
      else if (!known.users.includes(rule)) known.users.push(rule);
    }
  }
  return [...sites.values()].flatMap(({ site, users }) =>
    changesOf(site.condition).map(({ what, at = site.condition.at, by }) => ({
      what,
      at,
      rules: new Map(users.map((rule) => [rule.id, changed(rule, site.key, by)])),
    })),
  );
}

function changed(rule: Rule, key: string, by: Condition): Rule {
  return { ...rule, condition: replaced(rule.condition, rule.id, key, by) };
}

interface Change {
  readonly what: string;
  readonly by: Condition;
  readonly at?: Condition['at'];
}

function changesOf(condition: Condition): Change[] {
  if (condition.kind === 'test') return [negated(condition), ...otherValues(condition)];
  // A comparison without its `not` is the same as one negated.
  if (condition.kind === 'not')
    return condition.condition.kind === 'test' ? [] : [{ what: '`not` is left out', by: condition.condition }];
  const { kind, conditions, name } = condition;
  if (name !== undefined || conditions.length < 2) return [];
  const other = kind === 'all' ? 'any' : 'all';
  return [
    { what: `\`${kind}\` → \`${other}\``, by: { ...condition, kind: other } },
    ...conditions.map((part, index) => ({
      what: `${inWords(part)} is left out`,
      by: { ...condition, conditions: conditions.toSpliced(index, 1) },
      at: part.at,
    })),
  ];
}

function negated(test: Test): Change {
  return { what: `${inWords(test)} → not`, by: { kind: 'not', condition: test, at: test.at } };
}

function inWords(condition: Condition): string {
  if (condition.kind === 'test') return `\`${testInWords(condition, condition.value)}\``;
  if (condition.kind === 'not') return `\`not\` of ${inWords(condition.condition)}`;
  if (condition.name !== undefined) return `\`condition: ${condition.name}\``;
  return `\`${condition.kind}\` of ${condition.conditions.length}`;
}
