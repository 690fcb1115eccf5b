// Whether a head of the ledger was signed with the key that it names, found out as docs/ledger.md tells everybody to.
import { createPublicKey, verify } from 'node:crypto';
import type { SignedHead } from '../../src/ledger/head.ts';

export function isSigned({ lines, digest, at, signature, public_key }: SignedHead): boolean {
  const text = `c4gt-ledger-head-1\n${lines}\n${digest}\n${at}\n`;
  const key = createPublicKey(`-----BEGIN PUBLIC KEY-----\n${public_key}\n-----END PUBLIC KEY-----\n`);
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}
