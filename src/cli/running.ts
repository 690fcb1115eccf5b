// Commands that run the service, and those that see to it that it can run.
import { type Command, Option } from 'commander';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { SetupOptions } from '../commands/setup.ts';
import { keepHeapSmall } from '../small-heap.ts';

export function addRunning(program: Command): void {
  program
    .command('serve')
    .description('receive deliveries, work them off, and answer the API')
    .option('--no-worker', 'only receive and answer; run `worker` beside it')
    .action(async ({ worker }: { worker: boolean }) => {
      // Before anything is loaded: what loading takes of the heap is not given back.
      keepHeapSmall();
      await (await import('../commands/serve.ts')).serve({ listen: true, work: worker });
    });

  program
    .command('worker')
    .description('work deliveries off without receiving any; as many as wanted, on a shared database')
    .action(async () => {
      await (await import('../commands/serve.ts')).serve({ listen: false, work: true });
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
      await (await import('../commands/setup.ts')).setup(options);
    });

  program
    .command('doctor')
    .description('look whether everything is as it has to be, and say what to do; nothing is changed')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (options: DoctorOptions) => {
      await (await import('../commands/doctor.ts')).doctor(options);
    });

  const db = program.command('db').description('the database');
  db.command('migrate')
    .description('bring the database to the newest schema, as every start does')
    .action(async () => {
      await (await import('../commands/db-migrate.ts')).migrate();
    });
}
