#!/usr/bin/env node
// `c4gt`: the commands, their options and what they are for. Each is loaded only when it is called.
// Exit codes: 0 fine, 1 problems found, 2 used wrongly.
import { enableCompileCache } from 'node:module';
import { Command, CommanderError, Option } from 'commander';
import type { DoctorOptions } from './commands/doctor.ts';
import type { EffectsOptions } from './commands/effects.ts';
import type { VerifyCommand } from './commands/ledger.ts';
import type { ReplayCommand } from './commands/ledger-replay.ts';
import type { CheckFormat } from './commands/rules-check.ts';
import type { ExplainOptions } from './commands/rules-explain.ts';
import type { FactsOptions } from './commands/rules-facts.ts';
import type { FmtOptions } from './commands/rules-fmt.ts';
import type { RulesTestOptions } from './commands/rules-test.ts';
import type { SetupOptions } from './commands/setup.ts';
import { UsageError } from './commands/usage-error.ts';
import { ConfigError } from './config.ts';
import { loadDotEnv } from './dot-env.ts';
import { keepHeapSmall } from './small-heap.ts';

// Stripping types from some 200 files and compiling them takes a quarter of a second, the first time only.
enableCompileCache();

// Whoever reads the output may have read enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = new Command('c4gt')
  .description('Rules for GitHub events: points, tickets, and the reason for each.')
  .showHelpAfterError('(c4gt --help tells more)')
  .exitOverride()
  // Before any command reads the environment; `--help` needs none.
  .hook('preAction', () => loadDotEnv());

program
  .command('serve')
  .description('receive deliveries, work them off, and answer the API')
  .option('--no-worker', 'only receive and answer; run `c4gt worker` beside it')
  .action(async ({ worker }: { worker: boolean }) => {
    // Before anything is loaded: what loading takes of the heap is not given back.
    keepHeapSmall();
    await (await import('./commands/serve.ts')).serve({ listen: true, work: worker });
  });

program
  .command('worker')
  .description('work deliveries off without receiving any; as many as wanted, on a shared database')
  .action(async () => {
    await (await import('./commands/serve.ts')).serve({ listen: false, work: true });
  });

program
  .command('setup')
  .description('make a GitHub App for this programme, in a browser, and write its secrets to .env')
  .option('--organisation <login>', 'who will own the App (default: your own account)')
  .option('--name <name>', 'what the App is called on GitHub')
  .option('--base-url <url>', 'where GitHub can reach this service (default: BASE_URL)')
  .option('--port <port>', 'where the page is served (default: PORT)')
  .option('--force', 'also when there is an App already')
  .action(async (options: SetupOptions) => {
    await (await import('./commands/setup.ts')).setup(options);
  });

program
  .command('doctor')
  .description('look whether everything is as it has to be, and say what to do; nothing is changed')
  .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
  .action(async (options: DoctorOptions) => {
    await (await import('./commands/doctor.ts')).doctor(options);
  });

const db = program.command('db').description('the database');
db.command('migrate')
  .description('bring the database to the newest schema, as every start does')
  .action(async () => {
    await (await import('./commands/db-migrate.ts')).migrate();
  });

const rules = program.command('rules').description('the rule files');
rules
  .command('check')
  .description('find every problem in rule files')
  .argument('[paths...]', 'files or directories (default: RULES_DIR)')
  .addOption(new Option('--format <format>').choices(['text', 'json', 'github', 'sarif', 'junit']).default('text'))
  .option('--strict', 'refuse warnings too')
  .action(async (paths: string[], { format, strict }: { format: CheckFormat; strict?: boolean }) => {
    await (await import('./commands/rules-check.ts')).rulesCheck(paths, format, strict === true);
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
    await (await import('./commands/rules-test.ts')).rulesTest(paths, options);
  });
rules
  .command('schema')
  .description('write the JSON Schemas of rule files and their tests')
  .option('--check', 'only say whether the written ones are up to date')
  .action(async ({ check }: { check?: boolean }) => {
    await (await import('./commands/rules-schema.ts')).rulesSchema(check === true);
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
    await (await import('./commands/rules-facts.ts')).rulesFacts(words, options);
  });
rules
  .command('fmt')
  .description('give rule files and their tests the one look they should have, comments and all')
  .argument('[paths...]', 'files or directories (default: RULES_DIR)')
  .option('--check', 'write nothing, and list the files that would change')
  .option('--stdout', 'write nothing, and print the one file named')
  .action(async (paths: string[], options: FmtOptions) => {
    await (await import('./commands/rules-fmt.ts')).rulesFmt(paths, options);
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
    await (await import('./commands/rules-explain.ts')).rulesExplain(what, options);
  });

const deliveries = program.command('deliveries').description('what GitHub sent');
deliveries
  .command('list')
  .description('the newest deliveries, and what became of them')
  .addOption(new Option('--state <state>').choices(['pending', 'processed', 'ignored', 'dead']))
  .option('--event <event>', 'only this event')
  .option('--limit <number>', 'how many', '20')
  .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
  .action(async (options: { state?: string; event?: string; limit: string; format: string }) => {
    await (await import('./commands/deliveries.ts')).listDeliveries(options);
  });
deliveries
  .command('show')
  .description('one delivery, with its payload')
  .argument('<guid>', 'as in X-GitHub-Delivery')
  .action(async (guid: string) => {
    await (await import('./commands/deliveries.ts')).showDelivery(guid);
  });
deliveries
  .command('retry')
  .description('work a delivery off again, or every dead one')
  .argument('[guid]', 'as in X-GitHub-Delivery')
  .option('--dead', 'every dead one')
  .action(async (guid: string | undefined, { dead }: { dead?: boolean }) => {
    await (await import('./commands/deliveries.ts')).retryDeliveries(guid, dead === true);
  });
deliveries
  .command('redeliver')
  .description('have GitHub deliver one again, or whatever of the last three days is not here')
  .argument('[guid]', 'as in X-GitHub-Delivery')
  .action(async (guid: string | undefined) => {
    await (await import('./commands/deliveries-redeliver.ts')).redeliverDeliveries(guid);
  });

const effects = program.command('effects').description('what is to be seen on GitHub');
effects
  .command('list')
  .description('the newest effects, and what became of them')
  .addOption(new Option('--state <state>').choices(['pending', 'done', 'skipped', 'dead']))
  .option('--subject <subject>', 'only on this issue or pull request, owner/name#12')
  .option('--limit <number>', 'how many', '20')
  .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
  .action(async (options: EffectsOptions) => {
    await (await import('./commands/effects.ts')).listEffects(options);
  });
effects
  .command('show')
  .description('one effect, with its parameters')
  .argument('<number>', 'as `effects list` has it')
  .action(async (id: string) => {
    await (await import('./commands/effects.ts')).showEffect(id);
  });
effects
  .command('retry')
  .description('try an effect again, or every dead one')
  .argument('[number]', 'as `effects list` has it')
  .option('--dead', 'every dead one')
  .action(async (id: string | undefined, { dead }: { dead?: boolean }) => {
    await (await import('./commands/effects.ts')).retryEffects(id, dead === true);
  });

const ledger = program.command('ledger').description('every point and its reason, chained');
ledger
  .command('verify')
  .description('find the first line that was altered, removed, inserted or moved')
  .option('--head <digest>', 'a head that was kept: nothing up to it may have changed')
  .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
  .action(async (options: VerifyCommand) => {
    await (await import('./commands/ledger.ts')).ledgerVerify(options);
  });
ledger
  .command('head')
  .description('where the chain ends now, to be kept where nobody can change it')
  .option('--sign', 'with the key in LEDGER_SIGNING_KEY')
  .action(async ({ sign }: { sign?: boolean }) => {
    await (await import('./commands/ledger.ts')).ledgerHead(sign === true);
  });
ledger
  .command('key')
  .description('make a key to sign heads with')
  .action(async () => {
    (await import('./commands/ledger.ts')).ledgerKey();
  });
ledger
  .command('replay')
  .description('decide every stored delivery again in an empty database, and compare what stands')
  .option('--into <url>', 'an empty Postgres (default: in memory)')
  .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
  .action(async (options: ReplayCommand) => {
    await (await import('./commands/ledger-replay.ts')).ledgerReplay(options);
  });

program
  .command('send')
  .description("sign one of GitHub's example payloads and send it to a server")
  .argument('[example]', '`issues.opened`, or `issues.opened/2` for the second; none lists them')
  .option('--to <url>', 'address of the server (default: http://127.0.0.1 on PORT)')
  .option('--set <path=value...>', 'change the payload: `issue.title="Export as CSV"`, JSON or plain text')
  .action(async (example: string | undefined, options: { to?: string; set?: string[] }) => {
    await (await import('./commands/send.ts')).send(example, options);
  });

program
  .command('demo')
  .description('play a story of deliveries on a fresh embedded database, and show what came of it')
  .option('--exit', 'end afterwards instead of serving on')
  .action(async ({ exit }: { exit?: boolean }) => {
    await (await import('./commands/demo.ts')).demo(exit === true);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const used = error instanceof UsageError || error instanceof ConfigError;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = used ? 2 : 1;
  }
}
