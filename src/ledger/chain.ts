// How the lines of the ledger are chained: docs/ledger.md as code, and independent of the SQL that does the same.
import { createHash } from 'node:crypto';
import type { LineTexts } from '../store/ledger.ts';

/** The digest before the first line. */
export const BEGINNING = '0'.repeat(64);

const FORM = 'c4gt-ledger-1';

/** What a line says: each column as its length in bytes, a colon, its text and a comma; null is `-,`. */
function ledgerText(line: LineTexts): string {
  const { id, subject, effect, contributor, points, rule, rules_version, reason, url, delivery, decision } = line;
  const before = [FORM, id, subject, effect, contributor, points, rule, rules_version, reason, url, delivery];
  return [...before, decision, line.reverses, line.at].map(measured).join('');
}

function measured(text: string | null): string {
  return text === null ? '-,' : `${Buffer.byteLength(text)}:${text},`;
}

/** SHA-256 of what a line says, in hexadecimal. */
export function contentDigest(line: LineTexts): string {
  return sha256(ledgerText(line));
}

/**
 * The digest of a position of the chain.
 *
 * @param previous the digest of the position before
 * @param content as {@link contentDigest} has it
 */
export function chainDigest(previous: string, position: number, content: string): string {
  return sha256(`${previous}:${position}:${content}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
