// The App's secrets into the `.env` file, and what can be told of it afterwards.
import { type CreatedApp, webUrl } from '../github/app-manifest.ts';
import { readPrivateKey } from '../github/private-key.ts';
import { checkWritable, shownPath, variablesOf, writeVariables } from './env-file.ts';
import { Unwritable, type Variables } from './env-text.ts';
import { isReachable } from './reachable.ts';
import type { Wish } from './wish.ts';

export interface SavingParts {
  /** Of which GitHub; where its pages for people are follows from it. */
  readonly apiUrl: string;
  /** Where the secrets are written. */
  readonly envFile: string;
  /** What wins over that file. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The App as it can be told to anybody: without its secrets. */
export interface MadeApp {
  readonly slug: string;
  readonly installPage: string;
  readonly settingsPage: string;
  readonly envFile: string;
  /** Where the file as it was before is kept; null when nothing in it was replaced. */
  readonly copy: string | null;
  /** Variables that are set in the environment to something else, and win over the file. */
  readonly shadowed: readonly string[];
  readonly hears: boolean;
  readonly hasWebhookSecret: boolean;
}

export interface Saving {
  /** What will be replaced in the file, and what wins over it. @throws Unwritable when the file cannot be written */
  foresee(): Promise<{ readonly replaced: readonly string[]; readonly shadowed: readonly string[] }>;
  /** @throws Unwritable, and then nothing has changed */
  save(app: CreatedApp, wish: Wish): Promise<MadeApp>;
}

const SECRETS: readonly string[] = [
  ...['GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY', 'GITHUB_WEBHOOK_SECRET', 'GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
];
const NAMES = [...SECRETS, 'BASE_URL', 'GITHUB_API_URL'];
const DEFAULT_API = 'https://api.github.com';

export function createSaving({ apiUrl, envFile, environment }: SavingParts): Saving {
  // As the process found it when it started: what is set otherwise did not come from there.
  const atStart = variablesOf(envFile).catch((): Variables => ({}));
  const shadowedOf = async (names: readonly string[]) => {
    const file = await atStart;
    return names.filter((name) => environment[name] !== undefined && environment[name] !== file[name]);
  };
  return {
    async foresee() {
      const file = await variablesOf(envFile);
      await checkWritable(envFile, NAMES);
      const replaced = SECRETS.filter((name) => (file[name] ?? '').trim() !== '');
      return { replaced, shadowed: await shadowedOf(SECRETS) };
    },
    async save(app, wish) {
      const values = variablesFor(app, wish, apiUrl);
      const copy = await writeVariables(envFile, values);
      return {
        ...pagesOf(app, wish, webUrl(apiUrl)),
        ...{ slug: app.slug, envFile: shownPath(envFile), copy },
        // `GITHUB_API_URL=… c4gt setup` says the same as the file does now.
        shadowed: (await shadowedOf(Object.keys(values))).filter((name) => environment[name] !== values[name]),
        ...{ hears: hearsAt(wish, apiUrl), hasWebhookSecret: app.webhookSecret !== null },
      };
    },
  };
}

/** Whether GitHub can deliver to where the service will be. */
export function hearsAt({ baseUrl }: Wish, apiUrl: string): boolean {
  return baseUrl !== null && isReachable(baseUrl, apiUrl);
}

function variablesFor(app: CreatedApp, { baseUrl }: Wish, apiUrl: string): Variables {
  return {
    GITHUB_APP_ID: String(app.id),
    GITHUB_PRIVATE_KEY: keyOf(app),
    ...(app.webhookSecret === null ? {} : { GITHUB_WEBHOOK_SECRET: app.webhookSecret }),
    ...{ GITHUB_CLIENT_ID: app.clientId, GITHUB_CLIENT_SECRET: app.clientSecret },
    ...(baseUrl === null ? {} : { BASE_URL: baseUrl }),
    ...(apiUrl === DEFAULT_API ? {} : { GITHUB_API_URL: apiUrl }),
  };
}

/** On one line and of plain characters, so that whatever else reads such files reads it too. */
function keyOf({ privateKey }: CreatedApp): string {
  if (readPrivateKey(privateKey) === null) throw new Unwritable('what GitHub gave as the private key is none');
  return Buffer.from(privateKey).toString('base64');
}

function pagesOf({ page, slug: written }: CreatedApp, { organisation }: Wish, gitHub: string) {
  const slug = encodeURIComponent(written);
  const owner = organisation === null ? '' : `/organizations/${encodeURIComponent(organisation)}`;
  const isAddress = /^https?:$/.test(URL.parse(page)?.protocol ?? '');
  return {
    installPage: `${isAddress ? page : `${gitHub}/apps/${slug}`}/installations/new`,
    settingsPage: `${gitHub}${owner}/settings/apps/${slug}`,
  };
}
