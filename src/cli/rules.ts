// Commands about rule files and their tests.
import { type Command, Option } from 'commander';
import type { CheckFormat } from '../commands/rules-check.ts';
import type { ExplainOptions } from '../commands/rules-explain.ts';
import type { FactsOptions } from '../commands/rules-facts.ts';
import type { FmtOptions } from '../commands/rules-fmt.ts';
import type { RulesTestOptions } from '../commands/rules-test.ts';

export function addRules(program: Command): void {
  const rules = program.command('rules').description('the rule files');
  rules
    .command('check')
    .description('find every problem in rule files')
    .argument('[paths...]', 'files or directories (default: RULES_DIR)')
    .addOption(new Option('--format <format>').choices(['text', 'json', 'github', 'sarif', 'junit']).default('text'))
    .option('--strict', 'refuse warnings too')
    .action(async (paths: string[], { format, strict }: { format: CheckFormat; strict?: boolean }) => {
      await (await import('../commands/rules-check.ts')).rulesCheck(paths, format, strict === true);
    });
  rules
    .command('test')
    .description('play the tests beside the rules (*.test.yaml), in memory')
    .argument('[paths...]', 'directories, or files in them (default: RULES_DIR)')
    .option('--filter <text>', 'only tests with this in file and name; `/…/` is a regular expression')
    .option('--watch', 'again whenever a file changes')
    .addOption(new Option('--format <format>').choices(['text', 'json', 'junit', 'github']).default('text'))
    .option('--coverage', 'say which conditions no test has seen true, or false')
    .option('--threshold <percent>', 'fail below so much coverage')
    .option('--mutate', 'change the rules in one place at a time, and say which changes no test notices')
    .action(async (paths: string[], options: RulesTestOptions) => {
      await (await import('../commands/rules-test.ts')).rulesTest(paths, options);
    });
  rules
    .command('schema')
    .description('write the JSON Schemas of rule files and their tests')
    .option('--check', 'only say whether the written ones are up to date')
    .action(async ({ check }: { check?: boolean }) => {
      await (await import('../commands/rules-schema.ts')).rulesSchema(check === true);
    });

  rules
    .command('facts')
    .description('list the facts that rules can speak of')
    .argument('[words...]', 'only facts with these words in their name, meaning or values')
    .option('--event <event>', 'only facts that come with this event')
    .addOption(new Option('--format <format>').choices(['text', 'json', 'markdown']).default('text'))
    .option('--write', 'write docs/facts.md')
    .option('--check', 'only say whether docs/facts.md is up to date')
    .action(async (words: string[], options: FactsOptions) => {
      await (await import('../commands/rules-facts.ts')).rulesFacts(words, options);
    });
  rules
    .command('fmt')
    .description('give rule files and their tests the one look they should have, comments and all')
    .argument('[paths...]', 'files or directories (default: RULES_DIR)')
    .option('--check', 'write nothing, and list the files that would change')
    .option('--stdout', 'write nothing, and print the one file named')
    .action(async (paths: string[], options: FmtOptions) => {
      await (await import('../commands/rules-fmt.ts')).rulesFmt(paths, options);
    });
  rules
    .command('explain')
    .description('say of each rule why it holds or does not, and what it would change; nothing is changed')
    .argument('<what>', 'a payload in a file, `-`, an example as `send` has them, or the GUID of a stored delivery')
    .option('--set <path=value...>', 'change the payload, or a fact: `pull_request.merged=true`, JSON or plain text')
    .option('--event <event>', 'of which event the file is, where its shape does not tell')
    .option('--rule <id>', 'only this rule, or those whose id has this in it')
    .option('--rules <path>', 'the rules (default: RULES_DIR)')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (what: string, options: ExplainOptions) => {
      await (await import('../commands/rules-explain.ts')).rulesExplain(what, options);
    });
}
