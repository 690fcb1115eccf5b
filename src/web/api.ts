// The JSON API for the public site and for whoever asks "why?": reads only, one store function behind each.
import Router from '@koa/router';
import { HttpProblem } from '../http/problem.ts';
import type { Store } from '../store/store.ts';
import { nextPage, pageQuery, ticketQuery } from './query.ts';

export function apiRoutes(store: Store, refusedRules: () => string | null): Router {
  const router = new Router({ prefix: '/api' });

  // What is read here is public: the programme's website may ask from wherever it stands.
  router.use(async (ctx, next) => {
    ctx.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    await next();
  });

  router.get('/status', async (ctx) => {
    const { rules, ...counts } = await store.counts();
    ctx.body = { ...counts, rules: { ...rules, refused: refusedRules() } };
  });

  router.get('/tickets', async (ctx) => {
    const query = ticketQuery(ctx.query);
    const { tickets, total } = await store.tickets(query);
    ctx.body = { tickets, total, next: nextPage(ctx.path, ctx.query, query, total) };
  });

  router.get('/leaderboard', async (ctx) => {
    const page = pageQuery(ctx.query);
    const { entries, total } = await store.leaderboard(page.limit, page.offset);
    ctx.body = { entries, total, next: nextPage(ctx.path, ctx.query, page, total) };
  });

  router.get('/contributors/:login', async (ctx) => {
    const login = ctx.params['login'] ?? '';
    const contributor = isName(login) ? await store.contributor(login) : null;
    if (contributor === null) throw new HttpProblem(404, 'We have never seen a contributor of this name.');
    ctx.body = contributor;
  });

  router.get('/why/:owner/:repository/:number', async (ctx) => {
    const { owner = '', repository = '', number = '' } = ctx.params;
    const isAsked =
      isName(owner) && isName(repository) && /^[1-9]\d{0,9}$/.test(number) && Number(number) <= MAX_NUMBER;
    const decisions = isAsked ? await store.why(`${owner}/${repository}`, Number(number)) : null;
    if (decisions === null) throw new HttpProblem(404, 'We know of no such issue or pull request.');
    ctx.body = { decisions };
  });

  return router;
}

const MAX_NUMBER = 2_147_483_647;

/** GitHub's names of accounts and repositories; bots end in `[bot]`. */
function isName(name: string): boolean {
  return /^[\w.-]{1,100}(\[bot\])?$/.test(name);
}
