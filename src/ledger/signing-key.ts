// The key that heads of the ledger are signed with: Ed25519, however it came into an environment variable, or new.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** @returns the key as PEM (PKCS #8), or null when `written` is no private Ed25519 key: PEM, or base64 of PEM or DER */
export function readSigningKey(written: string): string | null {
  const text = written.trim().replace(/^(["'])(.*)\1$/s, '$2');
  const bytes = Buffer.from(text, 'base64');
  const isDer = !text.includes('-----BEGIN') && !bytes.includes('-----BEGIN');
  const pem = text.includes('-----BEGIN') ? text : bytes.toString('latin1');
  try {
    const key = isDer
      ? createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
      : createPrivateKey(pem.replaceAll(/\\r|\r/g, '').replaceAll('\\n', '\n'));
    return key.asymmetricKeyType === 'ed25519' ? key.export({ type: 'pkcs8', format: 'pem' }).toString() : null;
  } catch {
    return null;
  }
}

/** A new pair, both in base64 on one line: PKCS #8 and SPKI. */
export function newSigningKey(): { privateKey: string; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const written = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  return { privateKey: written, publicKey: publicKeyOf(privateKey) };
}

/** The public half, as base64 of its SPKI: what stands between the lines of a PEM file. */
export function publicKeyOf(privateKey: KeyObject | string): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
}
