// /setup: where a GitHub App is made for this service, for whoever has the token that was printed.
import Router from '@koa/router';
import Koa, { type Context, type Middleware } from 'koa';
import helmet from 'koa-helmet';
import { HttpProblem } from '../http/problem.ts';
import { type Setup, SetupRefused, type Stage } from '../setup/setup.ts';
import { readForm } from './form-body.ts';
import {
  atSetup,
  belowSetup,
  donePage,
  formPage,
  handOverPage,
  type Links,
  refusedPage,
  stuckPage,
} from './setup-pages.ts';
import { type Place, placeOf, senderOf } from './setup-place.ts';
import { setupStyle } from './setup-style.ts';

/** @param baseUrl BASE_URL: the one place besides this machine where these pages may be opened */
export function setupRoutes(setup: Setup, baseUrl: string | null): Router {
  const router = new Router({ strict: true });

  router.get('/setup/style.css', (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.type = 'css';
    ctx.body = setupStyle;
  });

  router.use(pages(setup));

  router.get('/setup', async (ctx) => {
    const place = placeOf(ctx, baseUrl);
    if (place === null) throw elsewhere(baseUrl);
    const { token } = ctx.query;
    // Whoever only looks whether something is there does not use the token up.
    if (token !== undefined && ctx.method === 'GET') return enter(ctx, place, setup, token);
    admit(ctx, setup);
    const stage = setup.stage();
    if (stage.at === 'asking') show(ctx, formPage(atSetup, setup, setup.proposal(), await setup.foresee(), []));
    else showStage(ctx, atSetup, stage);
  });

  router.post('/setup', async (ctx) => {
    const { base } = sender(ctx, baseUrl);
    admit(ctx, setup);
    const stage = setup.stage();
    if (stage.at !== 'asking') return showStage(ctx, atSetup, stage);
    const fields = await readForm(ctx.req);
    const field = (name: string) => fields.get(name) ?? '';
    const written = { organisation: field('organisation'), name: field('name'), baseUrl: field('base_url') };
    const begun = await setup.begin(written, base);
    if ('action' in begun) return show(ctx, handOverPage(atSetup, setup, begun));
    show(ctx, formPage(atSetup, setup, written, await setup.foresee(), begun), 422);
  });

  // GitHub sends the person back to this address, from its own: there is no Origin to look at, but a state.
  router.get('/setup/created', async (ctx) => {
    admit(ctx, setup);
    const { code, state } = ctx.query;
    if (typeof code !== 'string' || typeof state !== 'string' || ctx.method !== 'GET')
      throw new SetupRefused('GitHub sends people here with a code and a state; one of them is missing.');
    showStage(ctx, belowSetup, await setup.finish(code, state));
  });

  router.post('/setup/again', async (ctx) => {
    sender(ctx, baseUrl);
    admit(ctx, setup);
    showStage(ctx, belowSetup, await setup.again());
  });

  return router;
}

/** These pages and nothing else. */
export function setupApp(setup: Setup, baseUrl: string | null): Koa {
  const app = new Koa();
  app.silent = true;
  app.use(helmet(headersFor(setup)));
  app.use(setupRoutes(setup, baseUrl).routes());
  return app;
}

const COOKIE = 'c4gt-setup';

function enter(ctx: Context, place: Place, setup: Setup, token: string | string[]): void {
  const session = typeof token === 'string' ? setup.enter(token) : null;
  if (session === null) {
    admit(ctx, setup);
  } else {
    // Lax: with Strict it would not come along when GitHub sends the person back.
    const name = place.isSecure ? `__Host-${COOKIE}` : COOKIE;
    const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax', ...(place.isSecure ? ['Secure'] : [])];
    ctx.append('Set-Cookie', [`${name}=${session}`, ...attributes].join('; '));
  }
  // Away with the token: addresses are kept by browsers.
  ctx.status = 303;
  ctx.set('Location', atSetup.form);
  ctx.body = '';
}

/** @throws HttpProblem unless the session of the token comes with the request */
function admit(ctx: Context, setup: Setup): void {
  if ([`__Host-${COOKIE}`, COOKIE].some((name) => setup.isOpen(ctx.cookies.get(name)))) return;
  const how = setup.isEntered()
    ? 'The address that was printed has been opened already, and serves once. Start c4gt again to get a new one.'
    : 'Open the address, with its token, that c4gt has printed to the terminal or the log where it was started.';
  throw new HttpProblem(401, how);
}

/** @throws HttpProblem unless one of our own pages has sent the form */
function sender(ctx: Context, baseUrl: string | null): Place {
  const place = senderOf(ctx, baseUrl);
  if (place !== null) return place;
  if (placeOf(ctx, baseUrl) === null) throw elsewhere(baseUrl);
  throw new HttpProblem(403, 'This form was not sent by the page of this service.');
}

function elsewhere(baseUrl: string | null): HttpProblem {
  const there =
    baseUrl === null
      ? 'or set BASE_URL to the address it has for you'
      : `or at ${baseUrl}/setup; a proxy in between has to pass the host on`;
  const here = 'on the machine itself, at 127.0.0.1 or localhost (through an SSH tunnel, for one)';
  return new HttpProblem(421, `This page is not served under this name. Open it ${here}, ${there}.`);
}

function showStage(ctx: Context, links: Links, stage: Stage): void {
  if (stage.at === 'done') show(ctx, donePage(links, stage.app));
  else if (stage.at === 'stuck') show(ctx, stuckPage(links, stage), 503);
  else show(ctx, refusedPage(links, 'Nothing is under way', 'There is nothing to try again.', true), 409);
}

function show(ctx: Context, page: string, status = 200): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = page;
}

/** Errors are pages here too. Those that nobody foresaw are left to whoever logs them. */
function pages(setup: Setup): Middleware {
  const secured = helmet(headersFor(setup));
  return async (ctx, next) => {
    await secured(ctx, () => Promise.resolve());
    ctx.set('Cache-Control', 'no-store');
    const links = ctx.path === '/setup' ? atSetup : belowSetup;
    try {
      await next();
    } catch (error) {
      const refused = error instanceof SetupRefused;
      if (!refused && !(error instanceof HttpProblem && error.status < 500)) throw error;
      if (error instanceof HttpProblem) ctx.set({ ...error.headers });
      show(ctx, refusedPage(links, 'This cannot be done', error.message, refused), refused ? 400 : error.status);
    }
  };
}

/**
 * Forms go here and to GitHub. The Referrer-Policy names the origin and no more: with none at all browsers would send our
 * own forms with `Origin: null`. https://fetch.spec.whatwg.org/#append-a-request-origin-header
 */
function headersFor({ gitHub }: Setup) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        formAction: ["'self'", gitHub],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'strict-origin' },
  } as const;
}
