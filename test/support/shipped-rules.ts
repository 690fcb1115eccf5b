// The rules that the project ships, as the server loads them.
import { fileURLToPath } from 'node:url';
import { ruleLoader } from '../../src/engine/load.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { readRuleFiles } from '../../src/rules-directory.ts';
import { vocabulary } from '../../src/vocabulary.ts';

export const rulesDirectory = fileURLToPath(new URL('../../rules', import.meta.url));

export async function shippedRules(): Promise<RuleSet> {
  const { rules, problems } = ruleLoader(vocabulary)(await readRuleFiles(rulesDirectory));
  if (rules === null) throw new Error(JSON.stringify(problems));
  return rules;
}
