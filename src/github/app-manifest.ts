// The App as GitHub is asked to create it: what it may do and hears follows from what our actions, lookups and consumers
// need, in these tables; and what GitHub answers, once.
// https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
import { Octokit } from '@octokit/rest';
import Type from 'typebox';
import { Nullable } from '../models/nullable.ts';
import { answerReader } from './answer.ts';
import { REQUEST_TIMEOUT, USER_AGENT } from './app.ts';
import { gitHubOver } from './client.ts';
import { doorTo } from './door.ts';

export type Level = 'read' | 'write';
export type Grants = Readonly<Record<string, Level>>;

/** https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
const onConversations: Grants = { issues: 'write', pull_requests: 'write' };

/** What each action must be granted to be carried out and withdrawn; all of them are here. */
export const actionGrants: Readonly<Record<string, Grants>> = {
  add_labels: onConversations,
  assign: onConversations,
  award_points: {},
  close: onConversations,
  comment: onConversations,
  grant_badge: {},
  list_ticket: {},
  notify_discord: {},
  react: onConversations,
  remove_labels: onConversations,
  reopen: onConversations,
  request_review: { pull_requests: 'write' },
  set_check: { checks: 'write' },
};

export const lookupGrants: Readonly<Record<string, Grants>> = {
  closingIssues: { issues: 'read', pull_requests: 'read' },
  installationAt: {},
  issueAt: { issues: 'read', metadata: 'read' },
  permissionOf: { metadata: 'read' },
  filesOf: { pull_requests: 'read' },
  reviewsOf: { pull_requests: 'read' },
};

/** What looking through installations, and the sweep over what GitHub delivered, ask for; some of it as the App itself. */
export const coverageGrants: Readonly<Record<string, Grants>> = {
  absentIssues: { issues: 'read', metadata: 'read' },
  deliveriesSince: {},
  installationsOf: {},
  issueStays: { issues: 'read' },
  issuesOn: { issues: 'read', pull_requests: 'read' },
  pullRequestIn: { pull_requests: 'read' },
  pullRequestsOn: { pull_requests: 'read' },
  readInstallations: {},
  redeliver: {},
  repositoriesOn: { metadata: 'read' },
};

/** What an event must be granted to be subscribed to: https://docs.github.com/webhooks/webhook-events-and-payloads */
export const eventGrants: Readonly<Record<string, Grants>> = {
  issue_comment: { issues: 'read' },
  issues: { issues: 'read' },
  label: { metadata: 'read' },
  pull_request: { pull_requests: 'read' },
  pull_request_review: { pull_requests: 'read' },
  repository: { metadata: 'read' },
};

/** Every App hears these, and none can subscribe to them. */
export const unsubscribedEvents: readonly string[] = ['installation', 'installation_repositories', 'ping'];

/** Where GitHub delivers, below BASE_URL; the listener's own path. */
export const WEBHOOKS_PATH = '/api/github/webhooks';

/** Everything that the App must be granted; of reading and writing the same thing, writing. */
export const appPermissions: Grants = Object.fromEntries(
  [actionGrants, lookupGrants, coverageGrants, eventGrants]
    .flatMap((table) => Object.values(table).flatMap((grants) => Object.entries(grants)))
    .sort((one, other) => (one.join() < other.join() ? -1 : 1)),
);

export const appEvents: readonly string[] = Object.keys(eventGrants);

export interface ManifestOptions {
  /** BASE_URL: where this service is, as GitHub can reach it. */
  readonly baseUrl: string;
  /** Where GitHub sends the person back to, with `code` and `state`. */
  readonly redirectUrl: string;
  /** Of up to 34 characters, and nobody else's on GitHub; whoever creates the App can change it. */
  readonly name?: string;
  /** False while GitHub cannot reach this service: the App is made with its webhook off. */
  readonly hears?: boolean;
}

/** GitHub wants an address of the public Internet for a webhook even when it is off. This one is nobody's: RFC 2606. */
export const NOWHERE = 'https://example.com';

/** What is sent to {@link registrationPage} as the form field `manifest`, in JSON. */
export function appManifest({ baseUrl, redirectUrl, name = 'C4GT Community Support', hears = true }: ManifestOptions) {
  return {
    name,
    url: baseUrl,
    description: 'Tickets, points and badges for an open-source programme, by rules that everybody can read.',
    hook_attributes: { url: `${hears ? baseUrl : NOWHERE}${WEBHOOKS_PATH}`, active: hears },
    redirect_url: redirectUrl,
    // Organisations other than the owner's take part by installing it.
    public: true,
    default_permissions: appPermissions,
    default_events: appEvents,
  };
}

/**
 * Where the form with the manifest is posted to.
 *
 * @param organisation who will own the App; null for whoever is logged in
 * @param state comes back with the code, and has to be compared
 */
export function registrationPage(apiUrl: string, organisation: string | null, state: string): string {
  const owner = organisation === null ? '' : `/organizations/${encodeURIComponent(organisation)}`;
  return `${webUrl(apiUrl)}${owner}/settings/apps/new?state=${encodeURIComponent(state)}`;
}

/** GitHub for people: `https://github.com`, `https://SUBDOMAIN.ghe.com`, or the host of an Enterprise server. */
export function webUrl(apiUrl: string): string {
  const url = new URL(apiUrl);
  if (/\/api\/v3\/?$/.test(url.pathname)) return url.origin;
  return `${url.protocol}//${url.host.replace(/^api\./, '')}`;
}

/** What GitHub created. */
export interface CreatedApp {
  readonly id: number;
  readonly slug: string;
  /** Its page, from which it is installed: `<page>/installations/new`. */
  readonly page: string;
  readonly privateKey: string;
  readonly webhookSecret: string | null;
  readonly clientId: string;
  readonly clientSecret: string;
}

const CONVERSION = 'POST /app-manifests/{code}/conversions';
const conversionAnswer = answerReader(
  CONVERSION,
  Type.Object({
    id: Type.Integer({ minimum: 1 }),
    slug: Type.String({ minLength: 1 }),
    html_url: Type.String(),
    pem: Type.String({ minLength: 1 }),
    webhook_secret: Nullable(Type.String()),
    client_id: Type.String(),
    client_secret: Type.String(),
  }),
);

/**
 * Exchanges the code for the App and its secrets. GitHub takes a code once, within an hour.
 *
 * @throws GitHubFailure
 */
export async function convertManifest(
  { apiUrl, requestTimeout = REQUEST_TIMEOUT }: { apiUrl: string; requestTimeout?: number },
  code: string,
  signal?: AbortSignal,
): Promise<CreatedApp> {
  const unheard = () => undefined;
  // Its log would show the code.
  const log = { debug: unheard, info: unheard, warn: unheard, error: unheard };
  const octokit = new Octokit({ baseUrl: apiUrl, userAgent: USER_AGENT, log, request: { log } });
  const door = doorTo(apiUrl, requestTimeout);
  const github = gitHubOver({ octokit, apiUrl, door, clock: () => new Date() });
  const { data } = await github.request(CONVERSION, { code }, signal);
  const created = conversionAnswer(data);
  return {
    ...{ id: created.id, slug: created.slug, page: created.html_url, privateKey: created.pem },
    ...{ webhookSecret: created.webhook_secret, clientId: created.client_id, clientSecret: created.client_secret },
  };
}
