// Commands to try it out with: one delivery, or a story of many.
import type { Command } from 'commander';

export function addTrying(program: Command): void {
  program
    .command('send')
    .description("sign one of GitHub's example payloads and send it to a server")
    .argument('[example]', '`issues.opened`, or `issues.opened/2` for the second; none lists them')
    .option('--to <url>', 'address of the server (default: http://127.0.0.1 on PORT)')
    .option('--set <path=value...>', 'change the payload: `issue.title="Export as CSV"`, JSON or plain text')
    .action(async (example: string | undefined, options: { to?: string; set?: string[] }) => {
      await (await import('../commands/send.ts')).send(example, options);
    });

  program
    .command('demo')
    .description('play a story of deliveries on a fresh embedded database, and show what came of it')
    .option('--exit', 'end afterwards instead of serving on')
    .action(async ({ exit }: { exit?: boolean }) => {
      await (await import('../commands/demo.ts')).demo(exit === true);
    });
}
