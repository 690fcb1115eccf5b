// Rules as tests name them, by as much of their ids as tells them apart, become rules by their whole ids.
import { didYouMean } from '../engine/closest.ts';
import type { Problem } from '../engine/problem.ts';
import type { RuleSet } from '../engine/rule.ts';
import { problemAt } from './problem-at.ts';
import type { Expectations, WrittenTest } from './written-test.ts';

/** What the test expects, of rules that there are; reports those that there are not. */
export function withRuleIds(
  { expect, expectedAt }: WrittenTest,
  { rules }: RuleSet,
  report: (problem: Problem) => void,
): Expectations {
  const ids = rules.map(({ id }) => id);
  const idOf = (name: string, path: string): string => {
    const meant = ids.filter((id) => id === name || id.endsWith(`/${name}`));
    const [only = name, second] = meant;
    if (meant.length === 1) return only;
    const known = name.includes('/') ? ids : ids.map((id) => id.slice(id.indexOf('/') + 1));
    const message =
      second === undefined ? `there is no rule \`${name}\`` : `\`${name}\` could be ${meant.join(' or ')}`;
    report(problemAt(expectedAt(path), 'unknown-rule', message, didYouMean(name, known)));
    return name;
  };
  const { errors, shadow, ...others } = expect;
  const shadows = Object.entries(shadow ?? {}).map(([name, said]) => [idOf(name, `shadow/${name}`), said]);
  return {
    ...others,
    ...(shadow === undefined ? {} : { shadow: Object.fromEntries(shadows) }),
    ...(errors === undefined ? {} : { errors: errors.map((name, index) => idOf(name, `errors/${index}`)) }),
  };
}
