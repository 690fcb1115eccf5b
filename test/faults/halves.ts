// The processes of a world: listeners and workers, each with what it takes to start it again as it was.
import { type Environment, type RunningServer, startServer } from '../support/server.ts';
import { rulesDirectory } from './programme.ts';

/** Seconds after which a dead worker's work is retaken, in worlds whose workers die. */
const VISIBILITY = 2;

/** What a process needs to know; `url` is the way to the database. */
export function environment(url: string, more: Environment = {}): Environment {
  return { DATABASE_URL: url, RULES_DIR: rulesDirectory, VISIBILITY_TIMEOUT: String(VISIBILITY), ...more };
}

export async function startListener(url: string, more: Environment = {}): Promise<RunningServer> {
  return startServer(environment(url, more), ['serve', '--no-worker']);
}

export async function startWorker(url: string, more: Environment = {}): Promise<RunningServer> {
  return startServer(environment(url, more), ['worker']);
}
