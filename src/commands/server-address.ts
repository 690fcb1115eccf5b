// Where the server is that a command talks to: on this machine, unless it is told otherwise.
import { readConfig } from '../config.ts';
import { UsageError } from './usage-error.ts';

/**
 * @param option the name of the option that says where
 * @throws UsageError
 */
export function serverAt(address: string | undefined, option: string): string {
  const to = address ?? `http://127.0.0.1:${readConfig(process.env).port}`;
  if (!/^https?:\/\//i.test(to) || !URL.canParse(to))
    throw new UsageError(`${option} must be an address such as http://127.0.0.1:3000`);
  return to;
}
