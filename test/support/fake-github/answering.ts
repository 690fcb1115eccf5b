// One request from what was read of it to what GitHub answers: is it one GitHub knows, who asks, is there budget left,
// and then its endpoint. A request that GitHub would not take, or the fake does not know, is a violation.
import { type Asker, askerOf } from './asker.ts';
import type { Budgets, Resource } from './budget.ts';
import { checkRequest } from './check-request.ts';
import { findOperation } from './description.ts';
import { type Answer, type Endpoints, type Given, ok } from './endpoint.ts';
import { RATE_LIMIT } from './endpoints/registry.ts';
import { answerGraphql, graphqlProblems } from './graphql.ts';
import { Refusal, refusalBody } from './refusal.ts';
import { fullName, type World } from './world.ts';

export interface Incoming {
  readonly method: string;
  readonly base: string;
  readonly pathname: string;
  readonly search: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Violation {
  /** Method and path. */
  readonly request: string;
  readonly problems: readonly string[];
}

export interface Prepared {
  readonly route: string | null;
  /** Does it and says what GitHub answers; may be called once. */
  perform(): Answer;
  readonly isViolation: boolean;
}

export interface Answering {
  readonly world: World;
  readonly budgets: Budgets;
  readonly endpoints: Endpoints;
  violate(violation: Violation): void;
}

type Do = (asker: Asker) => Answer;

export function prepare(answering: Answering, incoming: Incoming): Prepared {
  const { method, pathname } = incoming;
  const refuse = (...problems: string[]): Answer => {
    answering.violate({ request: `${method} ${pathname}`, problems });
    return { status: 500, body: { message: 'GitHub describes no such request', errors: problems } };
  };
  if (method === 'POST' && pathname === '/graphql') return prepareGraphql(answering, incoming, refuse);

  const found = findOperation(method, pathname);
  if (found === null) return violation(null, refuse('GitHub describes no such method and path'));
  const { route, path } = found;
  const contentType = String(incoming.headers['content-type'] ?? '');
  const { query, body, problems } = checkRequest(found, { ...incoming, contentType });
  if (problems.length > 0) return violation(route, refuse(...problems));
  const endpoint = answering.endpoints[route];
  if (endpoint === undefined) return violation(route, refuse(`the fake GitHub does not know ${route}`));

  const noticed = { query: noticing(query), body: noticing(body) };
  const act: Do = (asker) => {
    const answer = endpoint({
      ...incoming,
      world: answering.world,
      asker,
      path,
      query: noticed.query.given,
      body: noticed.body.given,
    });
    const unread = answer.status < 300 ? [...noticed.query.unread(), ...noticed.body.unread()] : [];
    return unread.length === 0
      ? answer
      : refuse(...unread.map((name) => `the fake GitHub does not know what ${name} does`));
  };
  return {
    route,
    isViolation: false,
    perform: () => perform(answering, incoming, route === RATE_LIMIT ? null : 'core', act),
  };
}

function prepareGraphql(answering: Answering, incoming: Incoming, refuse: (...problems: string[]) => Answer): Prepared {
  const route = 'POST /graphql';
  const problems = graphqlProblems(incoming.text);
  if (problems.length > 0) return violation(route, refuse(...problems));
  const act: Do = (asker) => {
    const missing: string[] = [];
    const answer = answerGraphql(answering.world, asker, JSON.parse(incoming.text), (what) => missing.push(what));
    if (missing.length > 0) return refuse(...missing.map((what) => `the fake GitHub does not hold ${what}`));
    const { data, errors = [] } = answer;
    return data === undefined ? refuse(...errors.map(({ message }) => message)) : ok(answer);
  };
  return { route, isViolation: false, perform: () => perform(answering, incoming, 'graphql', act) };
}

const violation = (route: string | null, answer: Answer): Prepared => ({
  route,
  isViolation: true,
  perform: () => answer,
});

function perform({ world, budgets }: Answering, { headers }: Incoming, resource: Resource | null, act: Do): Answer {
  let budget: Record<string, string> = {};
  try {
    if (headers['user-agent'] === undefined) throw new Refusal(403, 'Request forbidden by administrative rules.');
    const asker = askerOf(world, headers['authorization'] as string | undefined);
    budget = resource === null ? budgets.headers(asker, 'core') : budgets.spend(asker, resource);
    const answer = act(asker);
    return { ...answer, headers: { ...budget, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: refusalBody(error), headers: { ...budget, ...error.headers } };
  }
}

/** Who asks, as far as can be told; nobody where it cannot. */
export function askerIn({ world }: Answering, { headers }: Incoming): Asker {
  try {
    return askerOf(world, headers['authorization'] as string | undefined);
  } catch {
    return { kind: 'nobody' };
  }
}

/** GitHub's own links name repositories by number. */
export function byName(world: World, pathname: string): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(pathname) ?? [];
  const repository = id === undefined ? undefined : world.repositories.get(Number(id));
  return repository === undefined ? pathname : `/repos/${fullName(repository)}${rest}`;
}

/** What was given, and which of it was not looked at: it would be silently ignored. */
function noticing<T>(given: Given<T>): { given: Given<T>; unread(): string[] } {
  const seen = new Set<PropertyKey>();
  const watched = new Proxy(given, {
    get: (target, name) => {
      seen.add(name);
      return Reflect.get(target, name);
    },
  });
  return { given: watched, unread: () => Object.keys(given).filter((name) => !seen.has(name)) };
}
