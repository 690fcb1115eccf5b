// A GitHub App: its key, and the JSON Web Tokens signed with it, accepted within the bounds that GitHub sets.
import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { Refusal } from './refusal.ts';
import type { Account, App, Permissions } from './state.ts';
import { ensureAccount, type World } from './world.ts';

export interface NewApp {
  readonly slug: string;
  readonly owner: Account;
  readonly hookUrl: string | null;
  readonly permissions: Permissions;
  readonly events: readonly string[];
}

/** Seconds that a JWT may be valid from now on. */
const LONGEST = 600;

// Making a pair takes a tenth of a second or more: the fakes of one process share theirs, first App with first App.
const keys: string[] = [];

export function makeApp(world: World, given: NewApp): App {
  const privateKey = keys[world.apps.size] ?? makeKey();
  keys[world.apps.size] = privateKey;
  const app: App = {
    id: world.nextId('app'),
    ...given,
    bot: ensureAccount(world, `${given.slug}[bot]`),
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    clientSecret: randomBytes(20).toString('hex'),
    webhookSecret: randomBytes(20).toString('hex'),
    privateKey,
    publicKey: createPublicKey(privateKey),
    createdAt: world.now(),
  };
  world.apps.set(app.id, app);
  return app;
}

/** PKCS#1, as GitHub's are. */
function makeKey(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;
}

/**
 * The App whose JWT this is.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function appOfJwt(world: World, jwt: string): App {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const { alg } = part(header);
  const { iss, iat, exp } = part(payload);
  if (alg !== 'RS256') throw undecodable();
  const app = [...world.apps.values()].find(({ id, clientId }) => String(id) === String(iss) || clientId === iss);
  if (app === undefined) throw new Refusal(404, 'Integration not found');
  const signed = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    app.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) throw undecodable();

  const now = Math.floor(world.now() / 1000);
  if (!Number.isInteger(exp) || Number(exp) <= now) throw new Refusal(401, EXPIRED);
  if (Number(exp) > now + LONGEST) {
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  if (!Number.isInteger(iat) || Number(iat) > now) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  return app;
}

/** GitHub's words, by which @octokit/auth-app recognises a clock that is wrong. */
export const EXPIRED =
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";

function part(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw undecodable();
  }
}

const undecodable = () => new Refusal(401, 'A JSON web token could not be decoded');
