// The half that works: deliveries are decided, effects carried out, and what was missed is found, in loops that share
// the store and GitHub.
import type { Logger } from 'pino';
import { actions } from './actions/registry.ts';
import type { Config } from './config.ts';
import type { RuleSet } from './engine/rule.ts';
import { createGitHubApp } from './github/app.ts';
import type { GitHubApp } from './github/github.ts';
import type { Store } from './store/store.ts';
import { startBackfill } from './worker/backfill.ts';
import { startDaily } from './worker/daily.ts';
import { startPerformer } from './worker/performer.ts';
import { startRetention } from './worker/retention.ts';
import { startSweep } from './worker/sweep.ts';
import { startWorker } from './worker/worker.ts';

export interface WorkParts {
  readonly config: Config;
  readonly store: Store;
  /** The active rules of this process. */
  readonly rules: () => RuleSet;
  readonly log: Logger;
}

export interface Working {
  /** Says that there may be work. */
  wake(): void;
  /** Says that other rules are active. */
  onRules(): void;
  /** Begins nothing more, finishes what is held, then resolves. */
  stop(): Promise<void>;
}

/**
 * Deliveries in hand at once. What they read and commit goes to the store together, so each costs less the more there
 * are; beyond this they only wait for one another.
 */
const IN_HAND = 96;

export function startWork({ config, store, rules, log }: WorkParts): Working {
  const github = gitHubOf(config, log);
  const { visibility } = config;

  const performer = startPerformer({ store, actions, github, log });
  const worker = startWorker({ store, actions, rules, github, log, concurrency: IN_HAND, visibility });
  const daily = startDaily({ store, rules, onBegun: worker.wake, log });
  const backfill = startBackfill({ store, github, log, onStored: worker.wake });
  const sweep = startSweep({ store, github, log, onSwept: backfill.wake });
  const retention = startRetention({ store, days: config.retainDays, log });

  return {
    wake: worker.wake,
    onRules() {
      worker.wake();
      void daily.look();
    },
    async stop() {
      // Whoever finds work ends before whoever does it.
      await Promise.all([sweep.stop(), backfill.stop(), daily.stop(), retention.stop()]);
      await Promise.all([worker.stop(), performer.stop()]);
    },
  };
}

/** Null without credentials: then what is wanted on GitHub is recorded, and skipped. */
function gitHubOf({ github: { app, apiUrl } }: Config, log: Logger): GitHubApp | null {
  return app === null ? null : createGitHubApp({ appId: app.id, privateKey: app.privateKey, apiUrl, log });
}
