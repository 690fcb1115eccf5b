// The environment: every fault in it, and what is left out that somebody may miss.
import { existsSync } from 'node:fs';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { C4GT } from '../program-name.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Configuration {
  readonly found: readonly Finding[];
  readonly config: Config;
  /** Variables with a fault: what follows from their being left out says nothing. */
  readonly faulty: ReadonlySet<string>;
}

/** @returns with the findings what can be used of the configuration, so that one fault does not hide the rest */
export function checkConfiguration(environment: Environment): Configuration {
  const faults = faultsOf(environment);
  const faulty = new Set(faults.flatMap(namesIn));
  const config = readConfig(Object.fromEntries(Object.entries(environment).filter(([name]) => !faulty.has(name))));
  const found = faults.map((fault) => problem(CHECK, fault, adviceFor(fault)));
  const { ENV_FILE: envFile = '' } = environment;
  // `c4gt setup` may be about to make it, so no other command says so.
  if (envFile !== '' && !existsSync(envFile))
    found.unshift(
      warning(CHECK, `ENV_FILE names ${envFile}, which is not there`, `correct it, or make it with \`${C4GT} setup\``),
    );
  if (config.github.app === null && !['GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY'].some((name) => faulty.has(name)))
    found.push(
      warning(
        CHECK,
        'GITHUB_APP_ID and GITHUB_PRIVATE_KEY are not set: comments, labels and the like are recorded and skipped',
        `make an App with \`${C4GT} setup\`, or set those of yours`,
      ),
    );
  if (config.baseUrl === null && !faulty.has('BASE_URL'))
    found.push(
      warning(
        CHECK,
        'BASE_URL is not set: nobody can say whether GitHub delivers to here',
        'set it to where this service is',
      ),
    );
  if (found.length === 0) found.push(ok(CHECK, 'everything that is needed is set'));
  return { found, config, faulty };
}

const CHECK = 'configuration';

function faultsOf(environment: Environment): string[] {
  try {
    readConfig(environment, { webhookSecret: true });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, ...faults] = error.message.split('\n');
    return faults.map((fault) => fault.trim());
  }
}

/** The variables that a fault names, and no `HOST` in an address that it shows. */
function namesIn(fault: string): readonly string[] {
  return fault.match(/(?<![\w./])[A-Z]+(?:_[A-Z]+)*\b/g) ?? [];
}

function adviceFor(fault: string): string {
  if (/^GITHUB_WEBHOOK_SECRET/.test(fault)) return 'do one or the other: the server does not start without it';
  return 'correct it in the environment or in .env';
}
