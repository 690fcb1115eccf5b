// The real Octokit as the App under test uses it, talking to the fake over HTTP.
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { expect } from 'chai';
import { answerProblems } from '../support/fake-github/check-request.ts';
import type { FakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Installation, Repository } from '../support/fake-github/state.ts';

/** Its refusals are what the tests are about. */
export const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** As the App itself. */
export function octokitOfApp({ app, url }: FakeGitHub): Octokit {
  const auth = { appId: app.id, privateKey: app.privateKey };
  return new Octokit({ baseUrl: url, log: silent, authStrategy: createAppAuth, auth });
}

/** As the installation, or as that of a repository. */
export function octokitOf(fake: FakeGitHub, of: Installation | Repository, baseUrl = fake.url): Octokit {
  const { id: installationId } = 'app' in of ? of : fake.installationOf(of);
  const { id: appId, privateKey } = fake.app;
  return new Octokit({
    baseUrl,
    log: silent,
    authStrategy: createAppAuth,
    auth: { appId, privateKey, installationId },
  });
}

/** With these credentials, or none. */
export function octokitWith(baseUrl: string, auth?: string): Octokit {
  return new Octokit({ baseUrl, log: silent, ...(auth === undefined ? {} : { auth }) });
}

/** What went wrong, as Octokit tells it. */
export interface Failure extends Error {
  readonly status: number;
  readonly response?: { readonly headers: Readonly<Record<string, unknown>> };
}

/** Throws when nothing went wrong, or something else than the request. */
export async function failure(request: Promise<unknown>): Promise<Failure> {
  const outcome = await request.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof Error && 'status' in outcome) return outcome as Failure;
  throw new Error('the request was not refused', { cause: outcome });
}

/** What GitHub's description says and GitHub does not do. */
const WRONG = [
  // Accounts that are user and enterprise at once.
  /\/account must (have required property '(name|slug|created_at|updated_at)'|be null|match a schema in anyOf)$/,
  // Labels of pull requests that always have a description.
  /\/labels\/\d+\/description must be string$/,
];

/** Asks, and checks the form of the answer; whoever looks at the answer says what it should be. */
export async function ask<T>(octokit: Octokit, route: string, parameters: object = {}): Promise<T> {
  const { status, data } = await octokit.request(route, { ...parameters });
  const body = status === 204 ? undefined : JSON.parse(JSON.stringify(data, small));
  const problems = answerProblems(route, status, body).filter((each) => !WRONG.some((wrong) => wrong.test(each)));
  expect(problems).to.deep.equal([]);
  return data;
}

/** The numbers that Octokit reads as bigint are numbers to a schema. */
const small = (_name: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
