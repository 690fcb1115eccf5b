// `.env` of the working directory, taken into the environment once, at the start; what is set there already wins.
// https://nodejs.org/api/environment_variables.html#env-files
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './config.ts';

/** Where it is looked for, and where `c4gt setup` writes: ENV_FILE may name another; none is read where that is empty. */
export const ENV_FILE = process.env['ENV_FILE'] || '.env';
const isRead = process.env['ENV_FILE'] !== '';

/**
 * Does nothing when there is no such file.
 *
 * @throws ConfigError when there is one that cannot be read
 */
export function loadDotEnv(path = ENV_FILE): void {
  if (!isRead) return;
  try {
    // As process.loadEnvFile does, which cannot tell a file that must not be read from one that is not there.
    for (const [name, value] of Object.entries(parseEnv(readFileSync(path, 'utf8')))) process.env[name] ??= value;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    throw new ConfigError(`${path} cannot be read: ${REASONS[code] ?? code}. Correct that, or move it away.`);
  }
}

/** https://nodejs.org/api/errors.html#common-system-errors */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a link that leads back to itself',
  ENOTDIR: 'what should be its directory is none',
};
