// Configuration from the environment: read here and nowhere else, checked as a whole, every fault reported at once.

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly rulesDir: string;
  readonly webhookSecrets: readonly string[];
  readonly logLevel: string;
  /** Seconds after which a dead worker's work is retaken. */
  readonly visibility: number;
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
  const url = (name: string, beginnings: readonly string[]): string | null => {
    const value = text(name, '');
    if (value === '') return null;
    if (URL.canParse(value) && beginnings.some((beginning) => value.toLowerCase().startsWith(beginning))) return value;
    faults.push(`${name} must be an address that begins with ${beginnings.join(' or ')}`);
    return null;
  };
  const webhookSecrets = text('GITHUB_WEBHOOK_SECRET', '')
    .split(',')
    .map((secret) => secret.trim())
    .filter(Boolean);
  if (needs.webhookSecret === true && webhookSecrets.length === 0) {
    faults.push(
      'GITHUB_WEBHOOK_SECRET is missing: set the secret of the GitHub App; two, with a comma, while rotating',
    );
  }
  const logLevel = text('LOG_LEVEL', 'info');
  if (!LOG_LEVELS.includes(logLevel)) faults.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  const config: Config = {
    host: text('HOST', '127.0.0.1'),
    port: wholeNumber('PORT', 3000, 0, 65_535),
    dataDir: text('DATA_DIR', '.data'),
    databaseUrl: url('DATABASE_URL', ['postgres://', 'postgresql://']),
    rulesDir: text('RULES_DIR', 'rules'),
    webhookSecrets,
    logLevel,
    visibility: wholeNumber('VISIBILITY_TIMEOUT', 30, 1, 3600),
  };
  if (faults.length > 0)
    throw new ConfigError(['The configuration cannot be used:', ...faults.map((f) => `  ${f}`)].join('\n'));
  return config;
}
