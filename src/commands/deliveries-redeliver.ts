// `c4gt deliveries redeliver`: has GitHub bring one delivery again, or whatever of its log is not here.
import { readConfig } from '../config.ts';
import { createGitHubApp } from '../github/app.ts';
import type { GitHubApp } from '../github/github.ts';
import { isGuid } from '../store/guid.ts';
import { openStore } from '../store/open.ts';
import { redeliverOne } from '../worker/redeliver.ts';
import { type SweepOptions, sweepNow } from '../worker/sweep.ts';
import type { Swept } from '../worker/sweep-once.ts';
import { heldByServer } from './listing.ts';
import { UsageError } from './usage-error.ts';

export async function redeliverDeliveries(guid: string | undefined): Promise<void> {
  const config = readConfig(process.env);
  const { app, apiUrl } = config.github;
  if (app === null)
    throw new UsageError('GITHUB_APP_ID and GITHUB_PRIVATE_KEY are missing: GitHub is asked as the App alone');
  const unheard = () => undefined;
  const log = { info: unheard, warn: unheard, error: unheard };
  const github = createGitHubApp({ appId: app.id, privateKey: app.privateKey, apiUrl, log });
  if (guid !== undefined) {
    process.stdout.write(await redeliverByGuid(github, guid));
    return;
  }
  const store = await openStore(config).catch(heldByServer);
  try {
    process.stdout.write(await redeliverMissing({ store, github, log }));
  } finally {
    await store.close();
  }
}

/** Returns what to say. */
export async function redeliverByGuid(github: GitHubApp, guid: string): Promise<string> {
  if (!isGuid(guid)) throw new UsageError(`${guid} is no GUID of a delivery`);
  if (!(await redeliverOne(github.app, guid, new Date())))
    throw new Error(`GitHub's log, which reaches back three days, has no delivery ${guid}`);
  return 'GitHub delivers it again\n';
}

/** Returns what to say. */
export async function redeliverMissing(options: SweepOptions): Promise<string> {
  const swept = await sweepNow(options, { interval: 0 });
  if (swept === null) throw new Error("another process compares GitHub's log with what is here, just now");
  return drawn(swept);
}

function drawn({ logged, redelivered, missing, lost, since, upTo }: Swept): string {
  const lines = [
    `${logged} deliveries in GitHub's log since the last look, ${redelivered} delivered again, ${missing} missing`,
    ...lost.map((guid) => `${guid} is lost; what it told is asked for instead`),
    ...(since === null ? [] : [`All that changed since ${since} is asked for: the log does not reach so far back`]),
    `Complete up to ${upTo}`,
  ];
  return `${lines.join('\n')}\n`;
}
