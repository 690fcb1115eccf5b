// Traces for tests: a condition in a line of YAML, looked at with the given facts.
import { evaluate, type Trace } from '../../../src/engine/evaluate.ts';
import type { Facts } from '../../../src/facts/fact.ts';
import { rulesOf } from '../rules.ts';

/** The time it is in these tests. */
export const now = '2026-06-10T12:00:00Z';

export const asha = { id: 1, login: 'asha', type: 'User' };
export const bob = { id: 2, login: 'bob', type: 'User' };
export const carol = { id: 3, login: 'carol', type: 'User' };

/** @param on the event; by default one that offers the facts of the condition */
export async function traceOf(condition: string, facts: Facts, on = eventFor(condition)): Promise<Trace> {
  const to = on.startsWith('pull_request') ? 'pull_request.author' : 'issue.author';
  const rules = rulesOf(
    `  rule: { on: ${on}, when: { ${condition} }, then: [{ award_points: { to: { fact: ${to} }, points: 1 } }] }`,
  );
  const [rule] = rules.rules;
  if (rule === undefined) throw new Error('there is no rule');
  const evaluation = await evaluate(rule, facts, now, () => false);
  if (evaluation.outcome !== 'held' && evaluation.outcome !== 'not held')
    throw new Error(`the rule came to ${JSON.stringify(evaluation)}`);
  return evaluation.trace;
}

function eventFor(condition: string): string {
  if (condition.includes('pull_request.')) return 'pull_request';
  return /\b(label|comment)\./.test(condition) ? 'issues.labeled' : 'issues';
}
