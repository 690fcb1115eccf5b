// The composition root: configuration → rules → store → work → listener. Everything is built before anything listens;
// stopping runs backwards: no new deliveries, then what is held is finished, then the store is closed.
import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { actions } from './actions/registry.ts';
import { openRules, readServedRules } from './active-rules.ts';
import type { Config } from './config.ts';
import { stepwiseRuleLoader } from './engine/load.ts';
import { openServer } from './http/open-server.ts';
import { serverLimits } from './listener/limits.ts';
import { createListener } from './listener/listener.ts';
import { openStore } from './store/open.ts';
import { vocabulary } from './vocabulary.ts';
import { createApp } from './web/app.ts';
import { createMetrics } from './web/metrics.ts';
import { servedSetup } from './web/served-setup.ts';
import { startWork } from './work-half.ts';

export interface Parts {
  readonly config: Config;
  /** What it was read from: /setup tells what there would win over what it writes. */
  readonly environment: Readonly<Record<string, string | undefined>>;
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
export async function start({ config, environment, log, listen, work }: Parts): Promise<Running> {
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    // Before the store is opened: a mistake in a file is told at once, and whether or not the database is there.
    const load = stepwiseRuleLoader(vocabulary, { keepsFiles: false, repositories: config.repositories });
    const initial = await readServedRules(config.rulesDir, load);

    const store = await openStore(config);
    closing.push(() => store.close());

    const idle = () => log.debug({}, 'nobody to wake here');
    let working: { readonly wake: () => void; readonly onRules: () => void } = { wake: idle, onRules: idle };
    const rules = await openRules({
      directory: config.rulesDir,
      load,
      initial,
      store,
      onChange: () => working.onRules(),
      log,
    });
    closing.push(() => rules.close());

    if (work) {
      const half = startWork({ config, store, rules: rules.current, log });
      closing.push(() => half.stop());
      working = half;
    }
    if (!listen) return { url: null, stop };

    let isReady = true;
    const listener = createListener({ store, secrets: config.webhookSecrets, onStored: () => working.wake(), log });
    const setup = servedSetup({
      config,
      environment,
      onDone: ({ slug }) => log.info({ app: slug }, 'the GitHub App is made; restart to use it'),
    });
    const { ledgerKey } = config;
    const refusedRules = rules.refused;
    const metrics = createMetrics({ store, refusedRules });
    const parts = { store, actions, isReady: () => isReady, metrics, refusedRules, ledgerKey, log };
    const app = createApp({ ...parts, setup: setup?.router ?? null });
    const others = app.callback();
    const answer: RequestListener = (request, response) => {
      const isDelivery = listener(request, response);
      metrics.time(isDelivery ? 'deliveries' : 'others', response);
      if (!isDelivery) void others(request, response);
    };
    const server = await openServer(serverLimits, answer, config);
    closing.push(() => {
      isReady = false;
      return server.close();
    });
    if (setup !== null)
      log.info({ address: setup.addressAt(server.url) }, 'there is no GitHub App: open the address to make one');
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
