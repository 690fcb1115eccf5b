// The head of the ledger, signed: a promise about every line so far, for anybody to keep and to hold against us later.
import { sign } from 'node:crypto';
import type { LedgerHead } from '../store/ledger.ts';
import { publicKeyOf } from './signing-key.ts';

/** As it is published. */
export interface PublishedHead extends LedgerHead {
  /** When it was the head, ISO 8601 in UTC. */
  readonly at: string;
}

export interface SignedHead extends PublishedHead {
  /** Ed25519, base64. */
  readonly signature: string;
  /** SPKI, base64: what stands between the lines of a PEM file. */
  readonly public_key: string;
}

/** What the signature is of: four lines of text, the last one ended too. */
function headText({ lines, digest, at }: PublishedHead): string {
  return `c4gt-ledger-head-1\n${lines}\n${digest}\n${at}\n`;
}

/** @param key private, PEM */
export function signHead(head: LedgerHead, at: Date, key: string): SignedHead {
  const published = { lines: head.lines, digest: head.digest, at: at.toISOString() };
  const signature = sign(null, Buffer.from(headText(published)), key).toString('base64');
  return { ...published, signature, public_key: publicKeyOf(key) };
}
