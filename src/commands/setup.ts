// `c4gt setup`: serves the page on which the GitHub App is made, until it is made or somebody gives up.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../config.ts';
import { ENV_FILE } from '../dot-env.ts';
import { C4GT } from '../program-name.ts';
import type { MadeApp } from '../setup/saving.ts';
import { createSetup } from '../setup/setup.ts';
import { DEFAULT_NAME, readWish } from '../setup/wish.ts';
import { setupApp } from '../web/setup-routes.ts';
import { UsageError } from './usage-error.ts';

export interface SetupOptions {
  readonly organisation?: string;
  readonly name?: string;
  readonly baseUrl?: string;
  readonly port?: string;
  readonly force?: boolean;
}

/** Milliseconds in which the browser fetches what belongs to the last page. */
const LINGER = 1_000;

/**
 * Resolves when the secrets are written, or when SIGINT or SIGTERM gives it up, with exit code 130 then.
 *
 * @throws UsageError, ConfigError
 */
export async function setup(options: SetupOptions): Promise<void> {
  const config = readConfig(process.env);
  const { app, apiUrl } = config.github;
  if (app !== null && options.force !== true) {
    say(
      `There is a GitHub App already: number ${app.id}, by GITHUB_APP_ID. \`${C4GT} doctor\` looks whether all is well with it.`,
      `To make another one in its place, call \`${C4GT} setup --force\`.`,
    );
    return;
  }
  const proposal = {
    organisation: options.organisation ?? '',
    name: options.name ?? DEFAULT_NAME,
    baseUrl: options.baseUrl ?? config.baseUrl ?? '',
  };
  const wish = readWish(proposal);
  if (!('name' in wish)) throw new UsageError(wish.join('\n'));
  const port = options.port === undefined ? config.port : portOf(options.port);

  const made = Promise.withResolvers<MadeApp>();
  const environment = process.env;
  const parts = { apiUrl, proposal, envFile: ENV_FILE, port: config.port, environment, onDone: made.resolve };
  const steps = createSetup(parts);
  const { fault } = await steps.foresee();
  if (fault !== null) throw new Error(fault);

  const server = createServer(TIMEOUTS, setupApp(steps, config.baseUrl).callback());
  const bound = await listening(server, port, config.host);
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  say(
    'Open this address in a browser on this machine. It serves once:',
    '',
    `  ${url}/setup?token=${steps.token}`,
    '',
    `On another machine, call \`ssh -L ${bound}:127.0.0.1:${bound} THIS_MACHINE\` there first, and open the same address.`,
    'Ctrl-C gives up; before GitHub has made the App, nothing is written.',
  );

  const stopping = new AbortController();
  const giveUp = () => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, giveUp);
  const given = new Promise<null>((resolve) => stopping.signal.addEventListener('abort', () => resolve(null)));
  const result = await Promise.race([made.promise, given]);
  if (result === null) {
    process.exitCode = 130;
    const stage = steps.stage();
    if (stage.at === 'stuck' && stage.isMade) say('', LOST);
  } else {
    say('', ...summary(result));
    await sleep(LINGER, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
  server.close();
  server.closeAllConnections();
}

const LOST =
  'An App was made on GitHub, but its secrets could not be written, and are gone with this process. On its page on GitHub, make a new private key and secrets, or delete it.';

function summary({ slug, installPage, envFile, copy, shadowed, hears }: MadeApp): string[] {
  return [
    `The GitHub App ${slug} is made, and its secrets are in ${envFile}.`,
    ...(copy === null ? [] : [`The file as it was before is kept as ${copy}.`]),
    ...(shadowed.length === 0
      ? []
      : [`Set in the environment itself, which wins over the file: ${shadowed.join(', ')}.`]),
    ...(hears ? [] : ['Its webhook is off: see the page, or docs/setup.md, for how to turn it on.']),
    '',
    'Install it in the repositories that take part:',
    `  ${installPage}`,
    'Then start the service, and see whether all is well:',
    `  ${C4GT} serve`,
    `  ${C4GT} doctor`,
  ];
}

/** Only a browser of the person who set this up has business here. */
const TIMEOUTS = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };

function portOf(written: string): number {
  const port = Number(written);
  if (/^\d+$/.test(written) && port <= 65_535) return port;
  throw new UsageError('--port is a whole number from 0 to 65535');
}

function listening(server: ReturnType<typeof createServer>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`Port ${port} of ${host} is in use; choose another with --port.`) : error);
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function say(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
