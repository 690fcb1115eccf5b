// Configuration from the environment: read here and nowhere else, checked as a whole, every fault reported at once.
import { readPrivateKey } from './github/private-key.ts';
import { readSigningKey } from './ledger/signing-key.ts';

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

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * @param environment usually `process.env`
 * @param needs what the command cannot do without
 * @throws ConfigError
 */
export function readConfig(environment: Environment, needs: { webhookSecret?: boolean } = {}): Config {
  const faults: string[] = [];
  const text = (name: string, fallback: string) => environment[name]?.trim() || fallback;
  const wholeNumber = (name: string, fallback: number, from: number, to: number): number => {
    const written = text(name, String(fallback));
    const value = Number(written);
    if (/^\d+$/.test(written) && value >= from && value <= to) return value;
    faults.push(`${name} must be a whole number from ${from} to ${to}`);
    return fallback;
  };
  const days = (name: string, fallback: string): number | null => {
    const written = text(name, fallback).toLowerCase();
    if (written === 'forever') return null;
    const [, count, unit] = /^([1-9]\d{0,4})([dwy])$/.exec(written) ?? [];
    const value = Number(count) * (DAYS_OF.get(unit ?? '') ?? Number.NaN);
    if (value <= LONGEST_RETENTION) return value;
    faults.push(`${name} must be forever, or a whole number of days, weeks or years up to 100 years: 90d, 12w, 2y`);
    return null;
  };
  const url = (name: string, beginnings: readonly string[]): string | null => {
    const value = text(name, '');
    if (value === '') return null;
    if (URL.canParse(value) && beginnings.some((beginning) => value.toLowerCase().startsWith(beginning))) return value;
    faults.push(`${name} must be an address that begins with ${beginnings.join(' or ')}`);
    return null;
  };
  const isSet = (name: string) => text(name, '') !== '';
  const webAddress = (name: string, isFit: (url: URL) => boolean, what: string): string | null => {
    if (!isSet(name)) return null;
    const value = text(name, '');
    const url = URL.parse(value);
    const isPlain = url !== null && !/[?#@]/.test(value) && /^https?:$/.test(url.protocol);
    if (isPlain && isFit(url)) return url.href.replace(/\/+$/, '');
    faults.push(`${name} must be ${what}`);
    return null;
  };
  const both = (one: string, other: string): boolean => {
    const missing = [one, other].filter((name) => !isSet(name));
    const [only] = missing.length === 1 ? missing : [];
    if (only !== undefined) faults.push(`${only} is missing: ${only === one ? other : one} is of no use without it`);
    return missing.length === 0;
  };
  const listed = (name: string): string[] =>
    text(name, '')
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  const webhookSecrets = listed('GITHUB_WEBHOOK_SECRET');
  if (needs.webhookSecret === true && webhookSecrets.length === 0) {
    faults.push(
      'GITHUB_WEBHOOK_SECRET is missing: set the secret of the GitHub App (two, with a comma, while rotating); without ' +
        'an App, `c4gt setup` makes one and its secrets in minutes',
    );
  }
  const organisations = listed('ORGANISATIONS');
  const nameless = organisations.find((login) => !/^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i.test(login));
  if (nameless !== undefined)
    faults.push('ORGANISATIONS must be logins of accounts on GitHub, with commas: Code4GovTech, Sunbird-Ed');
  const logLevel = text('LOG_LEVEL', 'info');
  if (!LOG_LEVELS.includes(logLevel)) faults.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  const hasApp = both('GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY');
  const hasClient = both('GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET');
  const hasSupabase = both('SUPABASE_URL', 'SUPABASE_SECRET_KEY');
  const supabaseUrl = webAddress('SUPABASE_URL', isProject, A_PROJECT);
  const supabaseKey = text('SUPABASE_SECRET_KEY', '');
  if (isSet('SUPABASE_SECRET_KEY') && !isSecretKey(supabaseKey))
    faults.push(`SUPABASE_SECRET_KEY must be ${A_SECRET_KEY}`);
  if (isSet('DATABASE_URL') && (isSet('SUPABASE_URL') || isSet('SUPABASE_SECRET_KEY')))
    faults.push('These name two databases: set DATABASE_URL alone, or SUPABASE_URL with SUPABASE_SECRET_KEY');
  const appId = isSet('GITHUB_APP_ID') ? wholeNumber('GITHUB_APP_ID', 0, 1, Number.MAX_SAFE_INTEGER) : 0;
  const privateKey = isSet('GITHUB_PRIVATE_KEY') ? readPrivateKey(text('GITHUB_PRIVATE_KEY', '')) : null;
  if (isSet('GITHUB_PRIVATE_KEY') && privateKey === null) faults.push(`GITHUB_PRIVATE_KEY must be ${A_KEY}`);
  const ledgerKey = isSet('LEDGER_SIGNING_KEY') ? readSigningKey(text('LEDGER_SIGNING_KEY', '')) : null;
  if (isSet('LEDGER_SIGNING_KEY') && ledgerKey === null) faults.push(`LEDGER_SIGNING_KEY must be ${A_SIGNING_KEY}`);
  const config: Config = {
    host: text('HOST', '127.0.0.1'),
    port: wholeNumber('PORT', 3000, 0, 65_535),
    dataDir: text('DATA_DIR', '.data'),
    databaseUrl: url('DATABASE_URL', ['postgres://', 'postgresql://']),
    supabase: hasSupabase && supabaseUrl !== null ? { url: supabaseUrl, secretKey: supabaseKey } : null,
    rulesDir: text('RULES_DIR', 'rules'),
    repositories: organisations.map((login) => `${login}/*`),
    webhookSecrets,
    logLevel,
    visibility: wholeNumber('VISIBILITY_TIMEOUT', 30, 1, 3600),
    retainDays: days('RETAIN_DELIVERIES', '90d'),
    baseUrl: webAddress('BASE_URL', () => true, 'the address of this service, such as https://community.example.org'),
    github: {
      apiUrl: webAddress('GITHUB_API_URL', isApi, API_URLS) ?? 'https://api.github.com',
      app: hasApp && appId > 0 && privateKey !== null ? { id: appId, privateKey } : null,
      client: hasClient ? { id: text('GITHUB_CLIENT_ID', ''), secret: text('GITHUB_CLIENT_SECRET', '') } : null,
    },
    ledgerKey,
  };
  if (faults.length > 0)
    throw new ConfigError(['The configuration cannot be used:', ...faults.map((f) => `  ${f}`)].join('\n'));
  return config;
}

const DAYS_OF: ReadonlyMap<string, number> = new Map([
  ['d', 1],
  ['w', 7],
  ['y', 365],
]);
const LONGEST_RETENTION = 36_500;

const A_KEY =
  'the private RSA key of the GitHub App: the text of its .pem file, with line breaks or \\n for them, or in base64';
const A_SIGNING_KEY = 'a private Ed25519 key, as `c4gt ledger key` makes one: in base64, or the text of a .pem file';
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
function isSecretKey(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key) && !key.startsWith('sb_publishable_');
}

function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isHere(hostname);
}

function isHere(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
