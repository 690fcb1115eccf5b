// What the App was granted and hears, beside what it needs; and the same of each installation, whose owner has to accept
// every change of it.
import type { AppItself } from '../github/app-itself.ts';
import { appEvents, appPermissions, type Grants } from '../github/app-manifest.ts';
import type { AppInstallation } from '../github/installations.ts';
import { counted, type Finding, ok, problem, some, warning } from './finding.ts';
import type { RuleNeeds } from './rules.ts';

type Granted = Readonly<Record<string, string>>;

/** @param settings where the App's owner changes it */
export function checkGrants(itself: AppItself, needs: RuleNeeds | null, settings: string): readonly Finding[] {
  return [permissionsOf(itself.permissions, needs, settings), eventsOf(itself.events, needs, settings)];
}

function permissionsOf(granted: Granted, needs: RuleNeeds | null, settings: string): Finding {
  const missing = lacking(appPermissions, granted);
  if (missing.length === 0) return ok('permissions', 'the App has all it needs');
  const advice = `grant ${missing.join(', ')} at ${settings}/permissions, and have each installation accept it`;
  const broken = Object.entries(needs?.grants ?? {}).filter(([, grants]) => lacking(grants, granted).length > 0);
  const what = `the App lacks ${missing.join(', ')}`;
  if (broken.length === 0) return warning('permissions', `${what}; no rule needs it now`, advice);
  return problem('permissions', `${what}; the rules need it for ${some(broken.map(([name]) => name))}`, advice);
}

function eventsOf(heard: readonly string[], needs: RuleNeeds | null, settings: string): Finding {
  const missing = appEvents.filter((event) => !heard.includes(event));
  if (missing.length === 0) return ok('events', 'the App hears all it needs');
  const advice = `subscribe to ${missing.join(', ')} at ${settings}/permissions`;
  const waited = (needs?.events ?? []).filter((event) => missing.includes(event));
  const what = `the App does not hear ${missing.join(', ')}`;
  if (waited.length === 0) return warning('events', `${what}; no rule waits for it now`, advice);
  return problem('events', `${what}; rules wait for ${waited.join(', ')}`, advice);
}

export function checkInstallations(installations: readonly AppInstallation[], itself: AppItself): readonly Finding[] {
  if (installations.length === 0) {
    return [
      warning(
        'installations',
        'the App is installed nowhere, so nothing will come',
        `install it: ${itself.html_url}/installations/new`,
      ),
    ];
  }
  const suspended = installations.filter(({ suspended_at: at }) => typeof at === 'string');
  const behind = installations.filter(({ permissions, events }) => {
    return lacking(asked(itself), permissions).length > 0 || lackingEvents(events, itself).length > 0;
  });
  const findings: Finding[] = [ok('installations', `${counted(installations.length, 'installation')}`)];
  if (suspended.length > 0) {
    const advice = 'its owner ends that on the page of the installation; until then nothing happens there';
    findings.push(warning('installations', `suspended: ${some(suspended.map(nameOf))}`, advice));
  }
  for (const one of behind.slice(0, MOST)) {
    const missing = [...lacking(asked(itself), one.permissions), ...lackingEvents(one.events, itself)];
    const advice = `have an owner of it accept that: ${one.html_url}`;
    findings.push(warning('installations', `${nameOf(one)} has not accepted ${missing.join(', ')}`, advice));
  }
  if (behind.length > MOST) {
    const what = `${behind.length - MOST} more have not accepted all that the App asks for`;
    findings.push(warning('installations', what, 'have their owners accept it'));
  }
  return findings;
}

/** Lines of the same kind that anybody reads. */
const MOST = 5;

/** Of what we need, what the App asks of installations by now; what it does not ask for, none can accept. */
function asked({ permissions }: AppItself): Grants {
  return Object.fromEntries(Object.entries(appPermissions).filter(([name]) => name in permissions));
}

function lackingEvents(heard: readonly string[], itself: AppItself): string[] {
  return appEvents.filter((event) => itself.events.includes(event) && !heard.includes(event));
}

/** `checks: write` */
function lacking(needed: Grants, granted: Granted): string[] {
  return Object.entries(needed)
    .filter(([name, level]) => LEVELS.indexOf(granted[name] ?? 'none') < LEVELS.indexOf(level))
    .map(([name, level]) => `${name}: ${level}`);
}

const LEVELS: readonly string[] = ['none', 'read', 'write', 'admin'];

function nameOf({ account, id }: AppInstallation): string {
  return account?.login ?? account?.slug ?? `installation ${id}`;
}
