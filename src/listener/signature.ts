// Is a body from someone who knows our webhook secret?
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

// Why not @octokit/webhooks: its verify takes a string, so a body that is not valid UTF-8, or is empty, cannot be
// checked as it was signed; and per check of 24 KB (Node 24, one core, median of three runs) it needs 21 µs, or 140 µs
// in its web build, which imports the key every time; this needs 16 µs. test/listener/signature.test.ts holds both to
// the same vectors.

const wellFormed = /^sha256=[0-9a-f]{64}$/;

/** Says whether `signature`, the whole value of X-Hub-Signature-256, is that of `body`. */
export type Verify = (body: Uint8Array, signature: string | undefined) => boolean;

/**
 * Accepts what any of `secrets` signed, so that old and new work side by side during a rotation. Throws when there is
 * none, or an empty one: with that, anybody could sign.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function createVerify(secrets: readonly string[]): Verify {
  if (secrets.length === 0 || secrets.includes('')) throw new TypeError('a webhook secret must not be empty');
  const keys = secrets.map((secret) => createSecretKey(secret, 'utf8'));

  return (body, signature) => {
    if (signature === undefined || !wellFormed.test(signature)) return false;
    const claimed = Buffer.from(signature.slice('sha256='.length), 'hex');
    return keys.some((key) => timingSafeEqual(hmac(key, body), claimed));
  };
}

function hmac(key: KeyObject, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
