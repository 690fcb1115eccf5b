// Commands about what was stored: deliveries, effects, the ledger, and why.
import { type Command, Option } from 'commander';
import type { EffectsOptions } from '../commands/effects.ts';
import type { VerifyCommand } from '../commands/ledger.ts';
import type { ReplayCommand } from '../commands/ledger-replay.ts';
import type { WhyOptions } from '../commands/why.ts';

export function addRecords(program: Command): void {
  const deliveries = program.command('deliveries').description('what GitHub sent');
  deliveries
    .command('list')
    .description('the newest deliveries, and what became of them')
    .addOption(new Option('--state <state>').choices(['pending', 'processed', 'ignored', 'dead']))
    .option('--event <event>', 'only this event')
    .option('--limit <number>', 'how many', '20')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (options: { state?: string; event?: string; limit: string; format: string }) => {
      await (await import('../commands/deliveries.ts')).listDeliveries(options);
    });
  deliveries
    .command('show')
    .description('one delivery, with its payload')
    .argument('<guid>', 'as in X-GitHub-Delivery')
    .action(async (guid: string) => {
      await (await import('../commands/deliveries.ts')).showDelivery(guid);
    });
  deliveries
    .command('retry')
    .description('work a delivery off again, or every dead one')
    .argument('[guid]', 'as in X-GitHub-Delivery')
    .option('--dead', 'every dead one')
    .action(async (guid: string | undefined, { dead }: { dead?: boolean }) => {
      await (await import('../commands/deliveries.ts')).retryDeliveries(guid, dead === true);
    });
  deliveries
    .command('redeliver')
    .description('have GitHub deliver one again, or whatever of the last three days is not here')
    .argument('[guid]', 'as in X-GitHub-Delivery')
    .action(async (guid: string | undefined) => {
      await (await import('../commands/deliveries-redeliver.ts')).redeliverDeliveries(guid);
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
      await (await import('../commands/effects.ts')).listEffects(options);
    });
  effects
    .command('show')
    .description('one effect, with its parameters')
    .argument('<number>', 'as `effects list` has it')
    .action(async (id: string) => {
      await (await import('../commands/effects.ts')).showEffect(id);
    });
  effects
    .command('retry')
    .description('try an effect again, or every dead one')
    .argument('[number]', 'as `effects list` has it')
    .option('--dead', 'every dead one')
    .action(async (id: string | undefined, { dead }: { dead?: boolean }) => {
      await (await import('../commands/effects.ts')).retryEffects(id, dead === true);
    });

  const ledger = program.command('ledger').description('every point and its reason, chained');
  ledger
    .command('verify')
    .description('find the first line that was altered, removed, inserted or moved')
    .option('--head <digest>', 'a head that was kept: nothing up to it may have changed')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (options: VerifyCommand) => {
      await (await import('../commands/ledger.ts')).ledgerVerify(options);
    });
  ledger
    .command('head')
    .description('where the chain ends now, to be kept where nobody can change it')
    .option('--sign', 'with the key in LEDGER_SIGNING_KEY')
    .action(async ({ sign }: { sign?: boolean }) => {
      await (await import('../commands/ledger.ts')).ledgerHead(sign === true);
    });
  ledger
    .command('key')
    .description('make a key to sign heads with')
    .action(async () => {
      (await import('../commands/ledger.ts')).ledgerKey();
    });
  ledger
    .command('replay')
    .description('decide every stored delivery again in an empty database, and compare what stands')
    .option('--into <url>', 'an empty Postgres (default: in memory)')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (options: ReplayCommand) => {
      await (await import('../commands/ledger-replay.ts')).ledgerReplay(options);
    });

  program
    .command('why')
    .description('why an issue or pull request earned points, or none, in words; asked of a running server')
    .argument('<what>', 'owner/name#12, or its address on GitHub')
    .option('--from <url>', 'address of the server (default: http://127.0.0.1 on PORT)')
    .option('--conditions', 'draw every condition of the newest decision, with what it saw')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (what: string, options: WhyOptions) => {
      await (await import('../commands/why.ts')).why(what, options);
    });
}
