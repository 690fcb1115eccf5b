// What is asked of GitHub: each question only where the one before it was answered.
import type { GitHubConfig } from '../config.ts';
import { createGitHubApp } from '../github/app.ts';
import { type AppItself, greet, readApp, readHook } from '../github/app-itself.ts';
import { webUrl } from '../github/app-manifest.ts';
import { deliveriesSince, type LoggedDelivery } from '../github/deliveries.ts';
import { type GitHub, GitHubFailure } from '../github/github.ts';
import { readInstallations } from '../github/installations.ts';
import { type Finding, skipped } from './finding.ts';
import { checkCredentials, checkReach } from './github.ts';
import { checkGrants, checkInstallations } from './grants.ts';
import { findings, guarded } from './guarded.ts';
import type { RuleNeeds } from './rules.ts';
import { checkDeliveries, checkHook } from './webhook.ts';

export interface GitHubExamination extends Pick<GitHubConfig, 'apiUrl' | 'app'> {
  readonly baseUrl: string | null;
  readonly needs: RuleNeeds | null;
  readonly clock: () => Date;
  /** Milliseconds: for one question, and for all. */
  readonly timeout: number;
  readonly patience: number;
}

export async function examineGitHub(examination: GitHubExamination): Promise<readonly Finding[]> {
  const { apiUrl, app, clock, timeout, patience } = examination;
  const signal = AbortSignal.timeout(patience);
  const reach = await guarded('GitHub', { isThere: false }, () =>
    checkReach(apiUrl, () => greet(apiUrl, timeout, signal), clock),
  );
  if (!reach.isThere) return [...reach.found, ...left(['credentials', ...REST], 'GitHub could not be asked')];
  if (app === null) return [...reach.found, ...left(['credentials', ...REST], 'there are no credentials')];

  const log = { warn: () => undefined };
  const github = createGitHubApp({ appId: app.id, ...app, apiUrl, requestTimeout: timeout, log }).app;
  const { found, itself } = await guarded<{ itself: AppItself | null }>('credentials', { itself: null }, () =>
    checkCredentials(app.id, () => readApp(github, signal)),
  );
  const known = [...reach.found, ...found];
  if (itself === null) return [...known, ...left(REST, 'GitHub did not let us in')];
  return [...known, ...(await examineApp(github, itself, examination, signal))];
}

const REST = ['permissions', 'events', 'webhook', 'deliveries', 'installations'];

function left(checks: readonly string[], why: string): readonly Finding[] {
  return checks.map((check) => skipped(check, why));
}

async function examineApp(
  github: GitHub,
  itself: AppItself,
  { apiUrl, baseUrl, needs, clock }: GitHubExamination,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const settings = settingsOf(itself, apiUrl);
  const installations = readInstallations(github, signal);
  // Whoever waits for them hears of it.
  installations.catch(() => undefined);
  const found = await Promise.all([
    findings('permissions', async () => checkGrants(itself, needs, settings)),
    findings('webhook', async () => checkHook((await orNone(readHook(github, signal))) ?? {}, baseUrl, settings)),
    findings('deliveries', async () => {
      const newest = (await orNone(newestDeliveries(github, clock(), signal))) ?? [];
      return checkDeliveries(newest, (await installations).length > 0);
    }),
    findings('installations', async () => checkInstallations(await installations, itself)),
  ]);
  return found.flat();
}

/** Null of an App without a webhook, for which GitHub has none of this. */
async function orNone<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: unknown) => {
    if (error instanceof GitHubFailure && error.status === 404) return null;
    throw error;
  });
}

/** Where its owner changes the App. */
function settingsOf({ owner, slug }: AppItself, apiUrl: string): string {
  const login = owner?.login ?? owner?.slug ?? null;
  const whose = login === null || owner?.type === 'User' ? '' : `/organizations/${login}`;
  return `${webUrl(apiUrl)}${whose}/settings/apps/${slug}`;
}

/** As long as GitHub keeps them: https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries */
const KEPT = 3 * 24 * 60 * 60_000;

async function newestDeliveries(github: GitHub, now: Date, signal: AbortSignal): Promise<readonly LoggedDelivery[]> {
  for await (const page of deliveriesSince(github, new Date(now.getTime() - KEPT), signal)) return page;
  return [];
}
