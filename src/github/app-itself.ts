// What the App is on GitHub: its permissions and events, and its webhook; and whether GitHub answers at all.
// https://docs.github.com/rest/apps/apps and https://docs.github.com/rest/apps/webhooks
import Type, { type Static } from 'typebox';
import { Maybe, Nullable } from '../models/nullable.ts';
import { answerReader } from './answer.ts';
import { USER_AGENT } from './app.ts';
import { doorTo } from './door.ts';
import { failureOf } from './failure.ts';
import type { GitHub } from './github.ts';

const Owner = Type.Object({ login: Maybe(Type.String()), slug: Maybe(Type.String()), type: Maybe(Type.String()) });

const App = Type.Object({
  id: Type.Integer(),
  slug: Type.String({ minLength: 1 }),
  html_url: Type.String(),
  owner: Nullable(Owner),
  permissions: Type.Record(Type.String(), Type.String()),
  events: Type.Array(Type.String()),
});

const Hook = Type.Object({
  url: Type.Optional(Type.String()),
  content_type: Type.Optional(Type.String()),
  insecure_ssl: Type.Optional(Type.Union([Type.String(), Type.Number()])),
});

export type AppItself = Static<typeof App>;
export type AppHook = Static<typeof Hook>;

const ITSELF = 'GET /app';
const HOOK = 'GET /app/hook/config';
const LIMITS = 'GET /rate_limit';

const appAnswer = answerReader(ITSELF, App);
const hookAnswer = answerReader(HOOK, Hook);

/** @param app the App's own door, as of all here @throws GitHubFailure, as all here */
export async function readApp(app: GitHub, signal?: AbortSignal): Promise<AppItself> {
  return appAnswer((await app.request(ITSELF, {}, signal)).data);
}

/** What is said of the webhook. Whether it is active, GitHub does not say. */
export async function readHook(app: GitHub, signal?: AbortSignal): Promise<AppHook> {
  return hookAnswer((await app.request(HOOK, {}, signal)).data);
}

/** How GitHub answers somebody without credentials. */
export interface Greeting {
  /** Whether it is GitHub that answers there. */
  readonly isGitHub: boolean;
  /** Its clock, in whole seconds; null when it does not say. */
  readonly date: Date | null;
}

/**
 * Asks for what costs nothing of the budget of requests: https://docs.github.com/rest/rate-limit/rate-limit
 *
 * @param timeout milliseconds
 * @throws GitHubFailure when nobody answers
 */
export async function greet(apiUrl: string, timeout: number, signal?: AbortSignal): Promise<Greeting> {
  const sending = { signal, sent: false };
  try {
    const headers = { accept: 'application/vnd.github+json', 'user-agent': USER_AGENT };
    const answer = await doorTo(apiUrl, timeout)(sending)(`${apiUrl}/rate_limit`, { headers });
    const date = Date.parse(answer.headers.get('date') ?? '');
    const isGitHub = answer.headers.has('x-github-request-id');
    return { isGitHub, date: Number.isNaN(date) ? null : new Date(date) };
  } catch (error) {
    throw failureOf(error, { route: LIMITS, isWrite: false, sent: sending.sent }, new Date());
  }
}
