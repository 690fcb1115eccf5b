// Rule sets for tests: from a few lines of YAML, with the whole vocabulary of the server.
import { ruleLoader } from '../../src/engine/load.ts';
import type { Problem } from '../../src/engine/problem.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { vocabulary } from '../../src/vocabulary.ts';

export const load = ruleLoader(vocabulary);

/** Rules below `rules:` of a file for the program `demo`; throws with the problems when there are any. */
export function rulesOf(lines: string): RuleSet {
  const { rules, problems } = load([{ path: 'demo.yaml', text: `version: 1\nprogram: demo\nrules:\n${lines}\n` }]);
  if (rules === null) throw new Error(problems.map(said).join('\n'));
  return rules;
}

export function said({ file, line, column, code, message }: Problem): string {
  return `${file}:${line}:${column} ${code} ${message}`;
}
