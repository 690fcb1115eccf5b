// What was looked up for a decision, and what of it is kept with its subject.
import type { Facts, FactValue } from './fact.ts';

/** An issue that a pull request closes. */
export interface Reference {
  /** `owner/name#12`. */
  readonly address: string;
  /** `123/12`, which outlives a rename; null where only a text names it. */
  readonly key: string | null;
  readonly isPrivate?: true;
}

/** Where an answer came from. `stated`: by whoever asks for an explanation, or by a test of rules. */
export interface Provenance {
  readonly source: 'GitHub' | 'what is stored' | 'stated';
  /** Why GitHub was not asked, where it would have been. */
  readonly reason?: string;
}

/** By fact: what a decision was given, so that it can be made again and explained. */
export type LookedUp = Readonly<Record<string, Provenance & { readonly value: FactValue }>>;

/**
 * GitHub's answers about a subject, kept with it: deciding again because the rules, a ticket or the day changed asks
 * nothing.
 */
export interface KeptLookups {
  readonly closes?: {
    /** Null once something was learned of the subject: then GitHub has to be asked again. */
    readonly all: readonly Reference[] | null;
    readonly linked: readonly Reference[];
  };
  /** Of a merged pull request: what its own text closes, for good; and a digest of the text that it was merged with. */
  readonly merged?: { readonly text: string; readonly closes: readonly Reference[] };
  /** Every review that GitHub has is among those that we know. */
  readonly reviewed?: true;
  /** Paths, of the branch and commit named. */
  readonly files?: { readonly of: string; readonly paths: readonly string[] };
}

/** What is left of it once something new was learned of the subject: what does not change, or is named by a commit. */
export function outdated({ closes, merged, files }: KeptLookups): KeptLookups {
  return {
    ...(closes === undefined ? {} : { closes: { ...closes, all: null } }),
    ...(merged === undefined ? {} : { merged }),
    ...(files === undefined ? {} : { files }),
  };
}

/** The record of facts that have the same provenance. */
export function recordOf(facts: Facts, names: readonly string[], provenance: Provenance): LookedUp {
  return Object.fromEntries(names.map((name) => [name, { value: facts[name] ?? null, ...provenance }]));
}
