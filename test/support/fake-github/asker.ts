// Who asks: nobody, an App by its JWT, or an installation by its token; and what that one may see and do.
import { randomBytes } from 'node:crypto';
import { appOfJwt } from './app-keys.ts';
import { forbidden, notFound, Refusal } from './refusal.ts';
import type { App, Installation, Issue, Level, Permissions, Repository, Token } from './state.ts';
import type { World } from './world.ts';

export type Asker =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'installation'; readonly installation: Installation; readonly token: Token };

/** Milliseconds for which a token is good: https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app */
const TOKEN_LIFE = 3_600_000;

export function grantToken(world: World, granted: Omit<Token, 'expiresAt'>): { name: string; token: Token } {
  const name = `ghs_${randomBytes(18).toString('hex')}`;
  const token = { ...granted, expiresAt: world.now() + TOKEN_LIFE };
  world.tokens.set(name, token);
  return { name, token };
}

/** Throws a 401 for credentials that are none, and the 403 of a suspended installation. */
export function askerOf(world: World, authorization: string | undefined): Asker {
  if (authorization === undefined) return { kind: 'nobody' };
  const [, credentials] = /^(?:bearer|token) (\S+)$/i.exec(authorization) ?? [];
  if (credentials === undefined) throw new Refusal(401, 'Bad credentials');
  if (credentials.split('.').length === 3) return { kind: 'app', app: appOfJwt(world, credentials) };

  const token = world.tokens.get(credentials);
  if (token === undefined || token.expiresAt <= world.now()) throw new Refusal(401, 'Bad credentials');
  const { installation } = token;
  if (!world.installations.has(installation.id)) throw new Refusal(401, 'Bad credentials');
  if (installation.suspendedAt !== null) throw new Refusal(403, 'This installation has been suspended');
  return { kind: 'installation', installation, token };
}

/** The installation that asks; anybody else is turned away as GitHub does. */
export function theInstallation(asker: Asker): Extract<Asker, { kind: 'installation' }> {
  if (asker.kind === 'nobody') throw new Refusal(401, 'Requires authentication');
  if (asker.kind === 'app') throw forbidden();
  return asker;
}

export function theApp(asker: Asker): App {
  if (asker.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
  return asker.app;
}

export function covers(
  { installation, token }: Extract<Asker, { kind: 'installation' }>,
  repository: Repository,
): boolean {
  return installation.repositories.has(repository) && (token.repositories?.has(repository) ?? true);
}

/**
 * Throws where GitHub would: 404 for what this one may not even see, 403 for what it may not do. What is public can be
 * read by every installation.
 *
 * @param needs permissions of which one is enough
 */
export function allow(asker: Asker, repository: Repository, needs: readonly string[], level: Level): void {
  if (asker.kind === 'nobody' && level === 'read' && !repository.private) return;
  const by = theInstallation(asker);
  if (!covers(by, repository)) {
    if (repository.private) throw notFound();
    if (level === 'write') throw forbidden();
    return;
  }
  if (level === 'read' && !repository.private) return;
  if (!needs.some((need) => grants(by.token.permissions, need, level))) throw forbidden();
}

export function grants(permissions: Permissions, need: string, level: Level): boolean {
  const granted = permissions[need];
  return granted === 'write' || (granted === 'read' && level === 'read');
}

/** Either permission serves for issues; for a pull request, that for pull requests as well. */
export function needsFor({ pull }: Pick<Issue, 'pull'>): readonly string[] {
  return pull === null ? ['issues'] : ['issues', 'pull_requests'];
}
