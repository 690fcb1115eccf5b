// The JSON API for the public site and for whoever asks "why?": reads only, one store function behind each.
import Router from '@koa/router';
import type { Actions } from '../actions/action.ts';
import { answerOf, type Decided } from '../engine/explain/answer.ts';
import { summaryOf } from '../engine/explain/changes.ts';
import { HttpProblem } from '../http/problem.ts';
import type { EffectOnSubject } from '../store/outbox.ts';
import type { Json, Store } from '../store/store.ts';
import { nextPage, pageQuery, ticketQuery } from './query.ts';

export interface ApiParts {
  readonly store: Store;
  /** They say what an effect comes to. */
  readonly actions: Actions;
  /** What is wrong with the rule files while older rules are in force; null when nothing is. */
  readonly refusedRules: () => string | null;
}

export function apiRoutes({ store, actions, refusedRules }: ApiParts): Router {
  const router = new Router({ prefix: '/api' });

  // What is read here is public: the programme's website may ask from wherever it stands.
  router.use(async (ctx, next) => {
    ctx.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    await next();
  });

  router.get('/status', async (ctx) => {
    const [{ rules, ...counts }, coverage] = await Promise.all([store.counts(), store.coverage()]);
    ctx.body = { ...counts, ...coverage, rules: { ...rules, refused: refusedRules() } };
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
    const asked = [`${owner}/${repository}`, Number(number)] as const;
    const [decisions, effects] = isAsked
      ? await Promise.all([store.why(...asked), store.effectsOn(...asked)])
      : [null, null];
    if (decisions === null || effects === null) throw new HttpProblem(404, 'We know of no such issue or pull request.');
    ctx.body = {
      answer: answerOf(asDecided(decisions), actions),
      decisions,
      effects: effects.map((effect) => previewed(effect, actions)),
    };
  });

  return router;
}

/** With a sentence of what it comes to, in front of how it is kept. */
function previewed({ rule, action, params, ...became }: EffectOnSubject, actions: Actions) {
  return { rule, action, preview: summaryOf(action, params, actions), params, ...became };
}

/** The worker wrote their rules, and the store gives them back as they were. */
function asDecided(decisions: readonly Json[]): readonly Decided[] {
  return decisions as unknown as readonly Decided[];
}

const MAX_NUMBER = 2_147_483_647;

/** GitHub's names of accounts and repositories; bots end in `[bot]`. */
function isName(name: string): boolean {
  return /^[\w.-]{1,100}(\[bot\])?$/.test(name);
}
