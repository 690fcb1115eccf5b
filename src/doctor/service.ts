// This machine: whether the service answers at its address, and whether others may read its secrets.
import Type from 'typebox';
import { ENV_FILE } from '../dot-env.ts';
import { reader } from '../models/validate.ts';
import { looseMode } from '../setup/env-file.ts';
import type { Dead } from './database.ts';
import { type Finding, ok, skipped, warning } from './finding.ts';

/** @param timeout milliseconds */
export async function checkBaseUrl(baseUrl: string | null, timeout: number): Promise<readonly Finding[]> {
  if (baseUrl === null) return [skipped(CHECK, 'there is no BASE_URL to ask')];
  const url = `${baseUrl}/healthz`;
  const why = await whyUnhealthy(url, timeout);
  if (why === null) return [ok(CHECK, `${url} answers`)];
  const advice =
    'start it, or look at DNS, certificate and proxy; from inside its own network this may fail and all be well';
  return [warning(CHECK, `${url} ${why}`, advice)];
}

const CHECK = 'service';

async function whyUnhealthy(url: string, timeout: number): Promise<string | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeout), redirect: 'manual' });
    if (!response.ok) return `answers ${response.status}`;
    return (await readJson(response)) === 'alive' ? null : 'is answered by something else';
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `does not answer within ${timeout / 1000} s`;
    const { code } = (error instanceof Error ? error.cause : null) as { code?: unknown } & object;
    return `cannot be reached${typeof code === 'string' ? `, ${code}` : ''}`;
  }
}

async function readJson(response: Response): Promise<unknown> {
  const body: unknown = await response.json().catch(() => null);
  return typeof body === 'object' && body !== null && 'status' in body ? body.status : null;
}

/** What the server on this machine has given up, as it says at `/api/status`; null when none answers. */
export async function askServer(host: string, port: number, timeout: number): Promise<Dead | null> {
  const name = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${port}/api/status`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeout), redirect: 'manual' });
    return response.ok ? readDead(await response.json()) : null;
  } catch {
    // Nobody there, or somebody else.
    return null;
  }
}

const readDead = reader(
  Type.Object({
    dead: Type.Number(),
    subjects: Type.Object({ dead: Type.Number() }),
    effects: Type.Object({ dead: Type.Number() }),
  }),
);

/** Secrets and data are for the user whom this runs as. */
export async function checkFiles(dataDir: string | null): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [path, mode] of [[ENV_FILE, '600'] as const, ...(dataDir === null ? [] : [[dataDir, '700'] as const])]) {
    const loose = await looseMode(path);
    if (loose !== null)
      findings.push(
        warning('files', `others than its owner may use ${path}: mode ${loose}`, `call \`chmod ${mode} ${path}\``),
      );
  }
  return findings.length > 0 ? findings : [ok('files', 'nobody else can read secrets and data')];
}
