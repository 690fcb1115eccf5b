// /setup as a part of the running service, while it has no GitHub App.
import type Router from '@koa/router';
import type { Config } from '../config.ts';
import { ENV_FILE } from '../dot-env.ts';
import type { MadeApp } from '../setup/saving.ts';
import { createSetup } from '../setup/setup.ts';
import { DEFAULT_NAME } from '../setup/wish.ts';
import { setupRoutes } from './setup-routes.ts';

export interface ServedSetup {
  readonly router: Router;
  /**
   * With the token, so for those alone who run this.
   *
   * @param url where the service listens
   */
  addressAt(url: string): string;
}

export interface ServedSetupParts {
  readonly config: Pick<Config, 'github' | 'baseUrl' | 'port'>;
  /** Usually `process.env`: what is set there to something else wins over what is written. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called when the secrets are written; they are used from the next start on. */
  readonly onDone: (app: MadeApp) => void;
}

/** Null when there is an App already. */
export function servedSetup({ config, environment, onDone }: ServedSetupParts): ServedSetup | null {
  const { github, baseUrl, port } = config;
  if (github.app !== null) return null;
  const proposal = { organisation: '', name: DEFAULT_NAME, baseUrl: baseUrl ?? '' };
  const setup = createSetup({ apiUrl: github.apiUrl, proposal, envFile: ENV_FILE, environment, port, onDone });
  return {
    router: setupRoutes(setup, baseUrl),
    addressAt: (url) => `${baseUrl ?? openable(url)}/setup?token=${setup.token}`,
  };
}

/** An address to listen at is none to open where it means all there are. */
function openable(url: string): string {
  return url.replace(/^http:\/\/(?:0\.0\.0\.0|\[::\])(?=:|$)/, 'http://127.0.0.1');
}
