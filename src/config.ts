// Configuration from the environment: read here and nowhere else, checked as a whole, every fault reported at once.
import { type Environment, type Values, valuesOf } from './environment.ts';
import { readPrivateKey } from './github/private-key.ts';
import { readSigningKey } from './ledger/signing-key.ts';
import { C4GT } from './program-name.ts';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** A Supabase project and its secret key; never together with `databaseUrl`. */
  readonly supabase: { readonly url: string; readonly secretKey: string } | null;
  readonly rulesDir: string;
  /** Globs of the repositories that take part, `Code4GovTech/*`, where rule files do not say; none: every installed one. */
  readonly repositories: readonly string[];
  readonly webhookSecrets: readonly string[];
  readonly logLevel: string;
  /** Seconds after which a dead worker's work is retaken. */
  readonly visibility: number;
  /** Days that the bodies of deliveries are kept; null: for ever. */
  readonly retainDays: number | null;
  /** Where this service is for the world, `https://community.example.org`, without a slash at the end. */
  readonly baseUrl: string | null;
  readonly github: GitHubConfig;
  /** With which heads of the ledger are signed: an Ed25519 key, PEM. Null when they are not. */
  readonly ledgerKey: string | null;
}

export interface GitHubConfig {
  /** `https://api.github.com`, or `https://host/api/v3` of GitHub Enterprise. */
  readonly apiUrl: string;
  /** Null without credentials: effects are recorded then, and not carried out. The key is PEM. */
  readonly app: { readonly id: number; readonly privateKey: string } | null;
  /** For logging in with GitHub. */
  readonly client: { readonly id: string; readonly secret: string } | null;
}

/** A configuration that cannot be used; the message lists every fault, a line each. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * @param environment usually `process.env`
 * @param needs what the command cannot do without
 * @throws ConfigError
 */
export function readConfig(environment: Environment, needs: { webhookSecret?: boolean } = {}): Config {
  const values = valuesOf(environment);
  const { text, wholeNumber, faults } = values;
  const config: Config = {
    webhookSecrets: webhookSecretsOf(values, needs.webhookSecret === true),
    host: text('HOST', '127.0.0.1'),
    port: wholeNumber('PORT', 3000, 0, 65_535),
    dataDir: text('DATA_DIR', '.data'),
    databaseUrl: values.address('DATABASE_URL', ['postgres://', 'postgresql://']),
    supabase: supabaseOf(values),
    rulesDir: text('RULES_DIR', 'rules'),
    repositories: repositoriesOf(values),
    logLevel: values.read('LOG_LEVEL', logLevel, `one of ${LOG_LEVELS.join(', ')}`) ?? 'info',
    visibility: wholeNumber('VISIBILITY_TIMEOUT', 30, 1, 3600),
    retainDays: values.days('RETAIN_DELIVERIES', '90d'),
    baseUrl: values.webAddress(
      'BASE_URL',
      () => true,
      'the address of this service, such as https://community.example.org',
    ),
    github: gitHubOf(values),
    ledgerKey: values.read('LEDGER_SIGNING_KEY', readSigningKey, A_SIGNING_KEY),
  };
  if (faults.length > 0)
    throw new ConfigError(['The configuration cannot be used:', ...faults.map((fault) => `  ${fault}`)].join('\n'));
  return config;
}

function webhookSecretsOf({ list, faults }: Values, needed: boolean): string[] {
  const secrets = list('GITHUB_WEBHOOK_SECRET');
  if (needed && secrets.length === 0)
    faults.push(
      'GITHUB_WEBHOOK_SECRET is missing: set the secret of the GitHub App (two, with a comma, while rotating); without ' +
        `an App, \`${C4GT} setup\` makes one and its secrets in minutes`,
    );
  return secrets;
}

/** Globs of all repositories of the accounts that `ORGANISATIONS` names. */
function repositoriesOf({ list, faults }: Values): string[] {
  const logins = list('ORGANISATIONS');
  if (!logins.every((login) => /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i.test(login)))
    faults.push('ORGANISATIONS must be logins of accounts on GitHub, with commas: Code4GovTech, Sunbird-Ed');
  return logins.map((login) => `${login}/*`);
}

function supabaseOf({ isSet, both, webAddress, read, faults }: Values): Config['supabase'] {
  const isWhole = both('SUPABASE_URL', 'SUPABASE_SECRET_KEY');
  const url = webAddress('SUPABASE_URL', isProject, A_PROJECT);
  const secretKey = read('SUPABASE_SECRET_KEY', secretKeyOf, A_SECRET_KEY);
  if (isSet('DATABASE_URL') && (isSet('SUPABASE_URL') || isSet('SUPABASE_SECRET_KEY')))
    faults.push('These name two databases: set DATABASE_URL alone, or SUPABASE_URL with SUPABASE_SECRET_KEY');
  return isWhole && url !== null && secretKey !== null ? { url, secretKey } : null;
}

function gitHubOf({ text, both, wholeNumber, webAddress, read }: Values): GitHubConfig {
  const [hasApp, hasClient] = [
    both('GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY'),
    both('GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'),
  ];
  const id = wholeNumber('GITHUB_APP_ID', 0, 1, Number.MAX_SAFE_INTEGER);
  const privateKey = read('GITHUB_PRIVATE_KEY', readPrivateKey, A_KEY);
  return {
    apiUrl: webAddress('GITHUB_API_URL', isApi, API_URLS) ?? 'https://api.github.com',
    app: hasApp && id > 0 && privateKey !== null ? { id, privateKey } : null,
    client: hasClient ? { id: text('GITHUB_CLIENT_ID'), secret: text('GITHUB_CLIENT_SECRET') } : null,
  };
}

function logLevel(written: string): string | null {
  return LOG_LEVELS.includes(written) ? written : null;
}

const A_KEY =
  'the private RSA key of the GitHub App: the text of its .pem file, with line breaks or \\n for them, or in base64';
const A_SIGNING_KEY = `a private Ed25519 key, as \`${C4GT} ledger key\` makes one: in base64, or the text of a .pem file`;
const API_URLS =
  'https://api.github.com, https://api.SUBDOMAIN.ghe.com, or https://HOST/api/v3 of a GitHub Enterprise server';

// Each names the other's variable: whoever leaves out what a fault is about leaves out both.
const A_PROJECT = 'the address alone, https://abcdefgh.supabase.co, of the project that SUPABASE_SECRET_KEY is of';
const A_SECRET_KEY = 'the secret key, sb_secret_…, of the project at SUPABASE_URL; the publishable one is not enough';

/** Tokens go there: never in the clear, but to this machine itself, for trying things out. */
function isApi(url: URL): boolean {
  const { hostname, pathname } = url;
  if (!isConfidential(url)) return false;
  return /^\/api\/v3\/?$/.test(pathname) || (pathname === '/' && (isHere(hostname) || hostname.startsWith('api.')));
}

/** The Supabase CLI serves a project of one's own on this machine. */
function isProject(url: URL): boolean {
  return isConfidential(url) && url.pathname === '/';
}

/** An older one, a JSON Web Token, says for whom it is only in its middle; the database says so when it is used. */
function secretKeyOf(written: string): string | null {
  return /^[\x21-\x7e]+$/.test(written) && !written.startsWith('sb_publishable_') ? written : null;
}

function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isHere(hostname);
}

function isHere(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
