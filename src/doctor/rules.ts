// The rule files: whether they can be used, and what they need of the App.
import type { Vocabulary } from '../engine/language.ts';
import { lint } from '../engine/lint/lint.ts';
import { ruleLoader } from '../engine/load.ts';
import type { RuleSet } from '../engine/rule.ts';
import { actionGrants, eventGrants, type Grants } from '../github/app-manifest.ts';
import { messageOf } from '../message-of.ts';
import { C4GT } from '../program-name.ts';
import { readRuleFiles } from '../rules-directory.ts';
import { counted, type Finding, ok, problem, warning } from './finding.ts';

/** What the rules in force cannot do without. */
export interface RuleNeeds {
  /** By what needs it: an action or an event. */
  readonly grants: Readonly<Record<string, Grants>>;
  readonly events: readonly string[];
}

export async function checkRules(
  directory: string,
  vocabulary: Vocabulary,
): Promise<{ found: readonly Finding[]; needs: RuleNeeds | null }> {
  const files = await readRuleFiles(directory).catch(messageOf);
  if (typeof files === 'string') {
    return { found: [problem(CHECK, files, 'set RULES_DIR to where the rule files are')], needs: null };
  }
  const { rules, problems, files: written } = ruleLoader(vocabulary)(files);
  if (rules === null) {
    const count = problems.filter(({ severity }) => severity === 'error').length;
    const finding = problem(
      CHECK,
      `${counted(count, 'problem')} in ${directory}`,
      `see them with \`${C4GT} rules check\``,
    );
    return { found: [finding], needs: null };
  }
  const warnings = [...problems, ...lint({ rules, files: written }, vocabulary)].length;
  const what = `${counted(rules.rules.length, 'rule')} in ${counted(files.length, 'file')}`;
  const finding =
    warnings === 0
      ? ok(CHECK, `${what} can be used`)
      : warning(
          CHECK,
          `${what} can be used, with ${counted(warnings, 'warning')}`,
          `see them with \`${C4GT} rules check\``,
        );
  return { found: [finding], needs: needsOf(rules) };
}

const CHECK = 'rules';

function needsOf({ rules }: RuleSet): RuleNeeds {
  const actions = rules.flatMap((rule) => rule.actions.map(({ name }) => name));
  const events = rules.flatMap(({ on }) => on.map((event) => event.split('.')[0] ?? event));
  const known = [...new Set(events)].filter((event) => event in eventGrants);
  const grants = [
    ...[...new Set(actions)].map((name): [string, Grants | undefined] => [name, actionGrants[name]]),
    ...known.map((name): [string, Grants | undefined] => [name, eventGrants[name]]),
  ];
  return {
    grants: Object.fromEntries(grants.flatMap(([name, needed]) => (needed === undefined ? [] : [[name, needed]]))),
    events: known,
  };
}
