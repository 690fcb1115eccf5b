// GitHub's way to us: where the App's webhook leads, and what became of the newest deliveries.
import type { AppHook } from '../github/app-itself.ts';
import { NOWHERE, WEBHOOKS_PATH } from '../github/app-manifest.ts';
import type { LoggedDelivery } from '../github/deliveries.ts';
import { counted, type Finding, ok, problem, skipped, some, warning } from './finding.ts';

/** @param settings where the App's owner changes it */
export function checkHook(hook: AppHook, baseUrl: string | null, settings: string): readonly Finding[] {
  const findings: Finding[] = [];
  const { url, content_type: type, insecure_ssl: insecure } = hook;
  const wanted = baseUrl === null ? null : `${baseUrl}${WEBHOOKS_PATH}`;
  if (url === undefined || url === '' || url.startsWith(`${NOWHERE}/`))
    findings.push(
      problem(
        CHECK,
        'it leads nowhere',
        `set its URL to ${wanted ?? `BASE_URL${WEBHOOKS_PATH}`}, and Active, at ${settings}`,
      ),
    );
  else if (wanted !== null && url !== wanted)
    findings.push(
      problem(
        CHECK,
        `it leads to ${shown(url)}, and this service is at ${wanted}`,
        `correct BASE_URL, or the URL at ${settings}`,
      ),
    );
  else if (!url.endsWith(WEBHOOKS_PATH))
    findings.push(
      warning(CHECK, `it leads to ${shown(url)}`, `deliveries are taken at ${WEBHOOKS_PATH}: see ${settings}`),
    );
  if (type !== undefined && type !== 'json')
    findings.push(problem(CHECK, `its content type is ${type}`, `choose application/json at ${settings}`));
  if (insecure !== undefined && String(insecure) !== '0')
    findings.push(problem(CHECK, 'certificates are not verified', `choose “Enable SSL verification” at ${settings}`));
  if (findings.length > 0) return findings;
  return [ok(CHECK, `it leads to ${shown(url ?? '')}; whether it is active, GitHub does not say`)];
}

const CHECK = 'webhook';
const DELIVERIES = 'deliveries';

/** @param newest attempts of the last three days, newest first, as many as one page has */
export function checkDeliveries(newest: readonly LoggedDelivery[], hasInstallations: boolean): readonly Finding[] {
  const [latest] = newest;
  if (latest === undefined) {
    if (!hasInstallations) return [skipped(DELIVERIES, 'none in three days, for the App is installed nowhere')];
    const advice = 'fine if nothing has happened; else look on the App’s settings whether its webhook is active';
    return [warning(DELIVERIES, 'none in three days', advice)];
  }
  const failed = newest.filter((delivery) => !arrived(delivery));
  if (failed.length === 0) return [ok(DELIVERIES, `the last ${counted(newest.length, 'attempt')} arrived`)];
  const whys = new Map<string, number>();
  for (const { status, status_code: code } of failed) {
    const why = code === 0 ? status : String(code);
    whys.set(why, (whys.get(why) ?? 0) + 1);
  }
  const list = [...whys].map(([why, count]) => `${why} (${count} ×)`);
  const what = `${failed.length} of the last ${counted(newest.length, 'attempt')} failed: ${some(list)}`;
  const advice = adviceFor(failed[0]?.status_code ?? 0);
  if (!arrived(latest)) return [problem(DELIVERIES, `${what}; the newest one too`, advice)];
  return [warning(DELIVERIES, `${what}; the newest arrived`, 'GitHub can deliver them again, for three days')];
}

function arrived({ status_code: code }: LoggedDelivery): boolean {
  return code >= 200 && code < 300;
}

/** https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks */
function adviceFor(code: number): string {
  if (code === 0)
    return 'GitHub cannot connect to this service: look at DNS, certificate, firewall, and whether it runs';
  if (code === 401) return 'GITHUB_WEBHOOK_SECRET is not the secret on the App’s settings: set the same in both';
  if (code === 404 || code === 405) return `something else answers there: deliveries are taken at ${WEBHOOKS_PATH}`;
  if (code === 413) return 'a proxy in front of this service takes smaller bodies only: let it take 25 MB';
  if (code === 415) return 'choose application/json on the App’s settings';
  if (code >= 300 && code < 400) return 'GitHub follows no redirects: set the webhook’s URL to where they lead';
  return 'look into the log of this service, and of a proxy in front of it';
}

/** Without what may be a secret in it. */
function shown(url: string): string {
  const { protocol = '', host = '', pathname = '' } = URL.parse(url) ?? {};
  return `${protocol}//${host}${pathname}`;
}
