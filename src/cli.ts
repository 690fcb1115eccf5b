#!/usr/bin/env node
// `c4gt`: what its commands share. Their options, and what they are for, are in cli/; each is loaded when it is called.
// Exit codes: 0 fine, 1 problems found, 2 used wrongly.
import { enableCompileCache } from 'node:module';
import { Command, CommanderError } from 'commander';
import about from '../package.json' with { type: 'json' };
import { addRecords } from './cli/records.ts';
import { addRules } from './cli/rules.ts';
import { addRunning } from './cli/running.ts';
import { addTrying } from './cli/trying.ts';
import { UsageError } from './commands/usage-error.ts';
import { ConfigError } from './config.ts';
import { loadDotEnv } from './dot-env.ts';
import { messageOf } from './message-of.ts';
import { C4GT } from './program-name.ts';

// Stripping types from some 200 files and compiling them takes a quarter of a second, the first time only.
enableCompileCache();

// Whoever reads the output may have read enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = new Command(C4GT)
  .description('Rules for GitHub events: points, tickets, and the reason for each.')
  .version(about.version)
  .showHelpAfterError(`(${C4GT} --help tells more)`)
  .exitOverride()
  // Before any command reads the environment; `--help` needs none.
  .hook('preAction', () => loadDotEnv());

addRunning(program);
addRules(program);
addRecords(program);
addTrying(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const used = error instanceof UsageError || error instanceof ConfigError;
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = used ? 2 : 1;
  }
}
