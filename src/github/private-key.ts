// The App's private key, however it came into an environment variable: with line breaks, with `\n` for them, or in base64.
import { createPrivateKey } from 'node:crypto';

/** @returns the key as PEM (PKCS #8), or null when `written` is no private RSA key in the clear, which is what GitHub gives */
export function readPrivateKey(written: string): string | null {
  const text = written.trim().replace(/^(["'])(.*)\1$/s, '$2');
  const pem = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('latin1');
  try {
    const key = createPrivateKey(pem.replaceAll(/\\r|\r/g, '').replaceAll('\\n', '\n'));
    return key.asymmetricKeyType === 'rsa' ? key.export({ type: 'pkcs8', format: 'pem' }).toString() : null;
  } catch {
    return null;
  }
}
