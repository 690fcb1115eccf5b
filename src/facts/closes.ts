// `pull_request.closes`: the issues that a pull request closes, by its closing keywords and, where GitHub tells them, by
// links made by hand.
import { createHash } from 'node:crypto';
import { closingReferences } from '../models/closing-references.ts';
import type { Facts } from './fact.ts';
import type { MergedText } from './knowledge.ts';
import type { KeptLookups, Reference } from './looked-up.ts';

/**
 * GitHub reads closing keywords in the description; a squash merge makes the title's count as well. Once merged, it is
 * the text that was merged that counts: an edit afterwards closes nothing, and must earn nothing.
 *
 * @param merged title and description it was merged with; null for one that is not merged
 */
export function closesOf(facts: Facts, merged: Pick<MergedText, 'title' | 'body'> | null = null): Reference[] {
  const [name, url] = [facts['repository.full_name'], facts['repository.html_url']];
  if (typeof name !== 'string') return [];
  const { title, body } = merged ?? written(facts);
  const surroundings = { full_name: name, ...(typeof url === 'string' ? { html_url: url } : {}) };
  const references = closingReferences(`${title}\n\n${body}`, surroundings);
  return references.map(({ repository, number }) => referenceTo(`${repository}#${number}`, facts));
}

/** Issues of the same repository go by key, which outlives a rename; others are known by address only. */
export function referenceTo(address: string, { 'repository.full_name': name, 'repository.id': id }: Facts): Reference {
  const [repository = '', number = ''] = address.split('#');
  const isHome = typeof id === 'number' && repository.toLowerCase() === String(name).toLowerCase();
  return { address, key: isHome ? `${id}/${number}` : null };
}

/** The name by which the store is asked for an issue. */
export function nameOf({ address, key }: Reference): string {
  return key ?? address.toLowerCase();
}

/** What GitHub answered: all that it closes, and those of them that were linked by hand. */
export interface Closing {
  readonly all: readonly Reference[];
  readonly linked: readonly Reference[];
}

/** What it closes, and what of that has to be kept. */
export interface Closes {
  readonly closes: readonly Reference[];
  readonly kept: Pick<KeptLookups, 'closes' | 'merged'>;
}

/**
 * By what GitHub answered. Of a merged pull request, its own text's part is settled by the first answer after the merge:
 * what GitHub says follows every edit of the description, and whoever wrote it could name a better ticket later. Links
 * by hand take the right to triage, and count as they are now.
 */
export function closesByGitHub(
  { all, linked }: Closing,
  facts: Facts,
  merged: MergedText | null,
  kept: KeptLookups,
): Closes {
  if (merged === null) return { closes: all, kept: { closes: { all, linked } } };
  const text = digestOf(merged);
  const settled = kept.merged?.text === text ? kept.merged : { text, closes: named(all, facts, merged) };
  return { closes: distinct([...settled.closes, ...linked]), kept: { closes: { all, linked }, merged: settled } };
}

/** By what we have: its text, what was settled by it, and the links by hand that GitHub last told of. */
export function closesByText(facts: Facts, merged: MergedText | null, kept: KeptLookups): readonly Reference[] {
  const settled = merged !== null && kept.merged?.text === digestOf(merged) ? kept.merged.closes : null;
  return distinct([...(settled ?? closesOf(facts, merged)), ...(kept.closes?.linked ?? [])]);
}

/** Those that a reader of the pull request may know of: its reasons are public where it is. */
export function shownTo(facts: Facts, references: readonly Reference[]): readonly Reference[] {
  return facts['repository.private'] === true ? references : references.filter(({ isPrivate }) => isPrivate !== true);
}

function named(all: readonly Reference[], facts: Facts, merged: MergedText): Reference[] {
  const written = closesOf(facts, merged);
  const keys = new Set(written.flatMap(({ key }) => key ?? []));
  const addresses = new Set(written.map(({ address }) => address.toLowerCase()));
  return all.filter(({ key, address }) => (key !== null && keys.has(key)) || addresses.has(address.toLowerCase()));
}

function distinct(references: readonly Reference[]): Reference[] {
  return [...new Map(references.map((one) => [one.address.toLowerCase(), one])).values()];
}

function digestOf({ title, body }: MergedText): string {
  return createHash('sha256')
    .update(JSON.stringify([title, body]))
    .digest('base64url')
    .slice(0, 22);
}

function written(facts: Facts): { title: string; body: string } {
  const [title, body] = [facts['pull_request.title'], facts['pull_request.body']];
  return { title: typeof title === 'string' ? title : '', body: typeof body === 'string' ? body : '' };
}
