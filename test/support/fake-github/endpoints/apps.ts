// Endpoints of the App itself: what it is, where it is installed, and its making from a manifest.
import { makeApp } from '../app-keys.ts';
import { theApp } from '../asker.ts';
import { asApp, type Call, created, type Endpoints, ok } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { notFound } from '../refusal.ts';
import type { App } from '../state.ts';
import { appView, installationView } from '../views/accounts.ts';
import { installationOf, repositoryOf, type World } from '../world.ts';
import { tokenFor } from './tokens.ts';

const hookConfigOf = ({ hookUrl }: App) => ({
  content_type: 'json',
  insecure_ssl: '0',
  secret: '********',
  ...(hookUrl === null ? {} : { url: hookUrl }),
});

export const apps: Endpoints = {
  'GET /app': asApp(({ world }, app) => ok(appView(world, app))),
  'GET /app/hook/config': asApp((_call, app) => ok(hookConfigOf(app))),
  'PATCH /app/hook/config': asApp(({ body }, app) => {
    if (typeof body['url'] === 'string') app.hookUrl = body['url'];
    if (typeof body['secret'] === 'string') app.webhookSecret = body['secret'];
    return ok(hookConfigOf(app));
  }),
  'GET /app/installations': asApp((call, app) => {
    const { items, headers } = pageOf(call, installationsOf(call.world, app));
    return ok(
      items.map((each) => installationView(call.world, each)),
      headers,
    );
  }),
  'GET /app/installations/{installation_id}': asApp((call) => ok(installationView(call.world, named(call)))),
  'GET /repos/{owner}/{repo}/installation': asApp(({ world, path }, app) => {
    const repository = repositoryOf(world, `${path['owner']}/${path['repo']}`);
    const installation = repository && installationOf(world, repository, app);
    if (installation === undefined) throw notFound();
    return ok(installationView(world, installation));
  }),
  'POST /app/installations/{installation_id}/access_tokens': asApp((call) => created(tokenFor(call, named(call)))),
  'POST /app-manifests/{code}/conversions': (call) => created(convert(call)),
};

const installationsOf = (world: World, app: App) =>
  [...world.installations.values()].filter((each) => each.app === app);

function named({ world, asker, path }: Call) {
  const app = theApp(asker);
  const installation = world.installations.get(Number(path['installation_id']));
  if (installation?.app !== app) throw notFound();
  return installation;
}

/** A code serves once: https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest */
function convert({ world, path }: Call) {
  const code = path['code'] ?? '';
  const submitted = world.manifests.get(code);
  if (submitted === undefined) throw notFound();
  world.manifests.delete(code);
  const { owner, manifest } = submitted;
  const app = makeApp(world, {
    slug: manifest.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    owner,
    hookUrl: manifest.hook_attributes?.url ?? null,
    permissions: { metadata: 'read', ...manifest.default_permissions },
    events: manifest.default_events ?? [],
  });
  return {
    ...appView(world, app),
    name: manifest.name,
    external_url: manifest.url,
    client_secret: app.clientSecret,
    webhook_secret: app.webhookSecret,
    pem: app.privateKey,
  };
}
