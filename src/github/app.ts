// Our GitHub App over Octokit: one door for each installation, with its token, and one for the App itself.
import { createAppAuth } from '@octokit/auth-app';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { Logger } from 'pino';
import Type from 'typebox';
import { answerReader } from './answer.ts';
import { gitHubOver } from './client.ts';
import { doorTo } from './door.ts';
import type { GitHub, GitHubApp } from './github.ts';
import { washed } from './secrets.ts';
import { throttle } from './throttle.ts';
import { keepTokens } from './tokens.ts';

export interface GitHubAppOptions {
  readonly appId: number;
  /** PEM, as `readPrivateKey` gives it. */
  readonly privateKey: string;
  /** `https://api.github.com`, or `https://host/api/v3` of GitHub Enterprise; where GraphQL is follows from it. */
  readonly apiUrl: string;
  /** Milliseconds that one request may take, {@link REQUEST_TIMEOUT} by default. */
  readonly requestTimeout?: number;
  readonly clock?: () => Date;
  readonly log: Pick<Logger, 'warn'>;
}

/** GitHub breaks off what takes it longer: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#timeouts */
export const REQUEST_TIMEOUT = 10_000;

export const USER_AGENT = 'c4gt-community-support';

/** How long our own login is believed: an App can be renamed. */
const LOGIN_LIFETIME = 60 * 60_000;

const ThrottledOctokit = Octokit.plugin(throttling);

const appAnswer = answerReader('GET /app', Type.Object({ slug: Type.String({ minLength: 1 }) }));

/** Nothing is asked before it is needed. A key that does not fit shows in the first {@link GitHubFailure}. */
export function createGitHubApp(options: GitHubAppOptions): GitHubApp {
  const { appId, privateKey, apiUrl, requestTimeout = REQUEST_TIMEOUT, clock = () => new Date(), log } = options;
  const door = doorTo(apiUrl, requestTimeout);
  const tokens = keepTokens(clock);

  const octokitOf = (installation: number | null): Octokit =>
    new ThrottledOctokit({
      baseUrl: apiUrl,
      userAgent: USER_AGENT,
      log: octokitLog(log),
      // For what auth-app asks by itself, which has no caller to give it up.
      request: { fetch: door({ sent: false }), log: octokitLog(log) },
      authStrategy: createAppAuth,
      auth: { appId, privateKey, cache: tokens, ...(installation === null ? {} : { installationId: installation }) },
      throttle: throttle(`${appId}/${installation ?? 'app'}`, log),
    });

  const app = gitHubOver({ octokit: octokitOf(null), apiUrl, door, clock });
  const doors = new Map<number, GitHub>();
  const open = (id: number): GitHub => {
    const token = { isKept: () => tokens.has(id), forget: () => tokens.forget(id) };
    return gitHubOver({ octokit: octokitOf(id), apiUrl, door, clock, token });
  };

  return {
    app,
    installation(id) {
      const github = doors.get(id) ?? open(id);
      doors.set(id, github);
      return github;
    },
    botLogin: loginKeeper(app, clock),
  };
}

/** How many bots that are not us are remembered; with one more, all are asked about anew. */
const MOST_OTHERS = 1_000;

/** Keeps our own login. Of a bot that was not seen within the hour it is not known whether it is us: that is looked up. */
function loginKeeper(app: GitHub, clock: () => Date): GitHubApp['botLogin'] {
  const others = new Set<string>();
  let kept = { login: '', until: 0 };
  const ask = async () => `${appAnswer((await app.request('GET /app', {})).data).slug}[bot]`;
  return async (claimant = kept.login) => {
    const claimed = claimant.toLowerCase();
    const now = clock().getTime();
    if (kept.until <= now || others.size >= MOST_OTHERS) {
      kept = { login: await ask(), until: now + LOGIN_LIFETIME };
      others.clear();
    } else if (claimed !== kept.login.toLowerCase() && !others.has(claimed)) {
      kept = { ...kept, login: await ask() };
    }
    if (claimed !== kept.login.toLowerCase()) others.add(claimed);
    return kept.login;
  };
}

/** Octokit tells of every request, with its headers; what fails is thrown, and what it warns of is all we want to hear. */
function octokitLog(log: Pick<Logger, 'warn'>) {
  const unheard = () => undefined;
  const warn = (message: string) => log.warn({ octokit: washed(message) }, 'Octokit warns');
  return { debug: unheard, info: unheard, warn, error: unheard };
}
