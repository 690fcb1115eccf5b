// The composition root: configuration → rules → store → worker → listener. Everything is built before anything
// listens; stopping runs backwards: no new deliveries, then what is held is finished, then the store is closed.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { actions } from './actions/registry.ts';
import { openRules, readServedRules } from './active-rules.ts';
import type { Config } from './config.ts';
import { ruleLoader } from './engine/load.ts';
import { createGitHubApp } from './github/app.ts';
import type { GitHubApp } from './github/github.ts';
import { serverLimits } from './listener/limits.ts';
import { createListener } from './listener/listener.ts';
import { openStore } from './store/open.ts';
import { vocabulary } from './vocabulary.ts';
import { createApp } from './web/app.ts';
import { startDaily } from './worker/daily.ts';
import { startPerformer } from './worker/performer.ts';
import { startWorker } from './worker/worker.ts';

export interface Parts {
  readonly config: Config;
  readonly log: Logger;
  /** Which halves this process runs. */
  readonly listen: boolean;
  readonly work: boolean;
}

export interface Running {
  /** Where it listens, `http://127.0.0.1:3000`; null when it does not. */
  readonly url: string | null;
  stop(): Promise<void>;
}

/** Starts what `parts` ask for. When a part cannot be started, those before it are stopped again. */
export async function start({ config, log, listen, work }: Parts): Promise<Running> {
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    // Before the store is opened: a mistake in a file is told at once, and whether or not the database is there.
    const load = ruleLoader(vocabulary, { keepsFiles: false });
    const initial = await readServedRules(config.rulesDir, load);

    const store = await openStore(config);
    closing.push(() => store.close());

    let wake = () => log.debug({}, 'nobody to wake yet');
    let onRules = () => wake();
    const rules = await openRules({
      directory: config.rulesDir,
      load,
      initial,
      store,
      onChange: () => onRules(),
      log,
    });
    closing.push(() => rules.close());

    if (work) {
      const github = gitHubOf(config, log);
      const performer = startPerformer({ store, actions, github, log });
      closing.push(() => performer.stop());

      const concurrency = config.databaseUrl === null ? 1 : 4;
      const { visibility } = config;
      const worker = startWorker({ store, actions, rules: rules.current, log, concurrency, visibility });
      wake = worker.wake;
      closing.push(() => worker.stop());
      const daily = startDaily({ store, rules: rules.current, onBegun: wake, log });
      onRules = () => {
        wake();
        void daily.look();
      };
      closing.push(() => daily.stop());
    }
    if (!listen) return { url: null, stop };

    let isReady = true;
    const listener = createListener({ store, secrets: config.webhookSecrets, onStored: () => wake(), log });
    const app = createApp({ store, listener, isReady: () => isReady, refusedRules: rules.refused, log });
    const server = createServer(serverLimits, app.callback());
    await listening(server, config);
    closing.push(() => {
      isReady = false;
      return closed(server);
    });
    const { port } = server.address() as AddressInfo;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    return { url: `http://${host}:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Null without credentials: then what is wanted on GitHub is recorded, and skipped. */
function gitHubOf({ github: { app, apiUrl } }: Config, log: Logger): GitHubApp | null {
  return app === null ? null : createGitHubApp({ appId: app.id, privateKey: app.privateKey, apiUrl, log });
}

function listening(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, port, host)));
    server.listen(port, host, resolve);
  });
}

function explained(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} of ${host} is in use by another program: stop it, or choose another port with PORT.`,
    EACCES: `Port ${port} of ${host} needs rights that this process has not: choose one above 1023 with PORT.`,
    EADDRNOTAVAIL: `This machine has no address ${host}: choose another with HOST.`,
    ENOTFOUND: `There is no host named ${host}: choose another with HOST.`,
  };
  const message = reasons[error.code ?? ''];
  return message === undefined ? error : new Error(message, { cause: error });
}

/** Answers what is under way, drops idle connections at once and slow ones after a while. */
async function closed(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), STOP_WITHIN);
  await done;
  clearTimeout(timer);
}

/** Milliseconds for answers under way when stopping. */
const STOP_WITHIN = 5_000;
