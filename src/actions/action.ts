// What an action is: the schema of its parameters, what it comes to for one subject, and what standing and withdrawing
// mean in lines to commit. Pure: the store carries the lines out, in the transaction of the decision.
import type { Static, TSchema } from 'typebox';
import type { RuleSubject } from '../engine/rule.ts';
import type { Facts } from '../facts/fact.ts';
import type { User } from '../models/user.ts';
import { reader } from '../models/validate.ts';
import type { Commit, Json, StoredEffect } from '../store/store.ts';
import type { Call, Perform } from './perform.ts';

/** How a parameter may be written in a rule, and what arrives here once it is resolved. */
export type FieldType =
  /** A number, a fact that is one, or a table's entry; arrives as a whole number within the bounds. */
  | 'number'
  /** A text, with Liquid placeholders for facts; arrives as a string on one line. */
  | 'text'
  /** A text that becomes Markdown: as `text`, on many lines, and what payloads supply is neutralised. */
  | 'markdown'
  /** A list of texts, or a fact that is one; arrives as a list of strings without duplicates. */
  | 'texts'
  /** One of `values`; arrives as a string. */
  | 'choice'
  /** A fact that is a user or a list of users; arrives as a list, without duplicates and ghosts. */
  | 'users';

export interface Field {
  readonly type: FieldType;
  readonly required: boolean;
  readonly description: string;
  /** Of a number. */
  readonly minimum?: number;
  /** Of a number; of a text, or of each of `texts`, how many UTF-16 units it can have. */
  readonly maximum?: number;
  /** Of a `choice`. */
  readonly values?: readonly string[];
  /** Of `markdown`: how many bytes of UTF-8 it can have, where its receiver counts those. */
  readonly bytes?: number;
  /** Of `markdown`: whose it is; GitHub's by default. */
  readonly flavour?: 'github' | 'discord';
  readonly example: Json;
}

export type Resolved = Readonly<Record<string, number | string | readonly string[] | readonly User[] | undefined>>;

/** What an action comes to: one thing for one target, which stands or does not. */
export interface Outcome {
  /** Tells apart the things one action does at once: the contributor's number, the label; empty when there is only one. */
  readonly target: string;
  readonly params: Json;
}

/** The part of a commit that carries a change out. */
export type Lines = Partial<Pick<Commit, 'awards' | 'reversals' | 'listed' | 'unlisted' | 'badges' | 'unbadged'>>;

/** How something is done elsewhere than in our database. */
export type Outward =
  | { readonly medium: 'github'; readonly calls: readonly Call[]; readonly perform: Perform }
  | { readonly medium: 'discord' };

/** What the rules came to on a subject. */
export interface Report {
  /** `2 of 3 rules hold`; null when there is none to tell of. */
  readonly title: string | null;
  /** Markdown, in which what payloads supply is neutralised. */
  readonly summary: string;
}

/** Of an action that says how things stand: it can leave the words to the engine, which writes them from the decision. */
export interface Telling {
  /** The choice that gives the verdict, and what it is when all is well. */
  readonly verdict: { readonly field: string; readonly good: string };
  /** Whether anything was left to the engine. */
  isLeft(params: Json): boolean;
  /** The parameters with that put in. */
  told(params: Json, report: Report): Json;
}

export interface Action {
  readonly name: string;
  readonly description: string;
  /** Whether it can be withdrawn when its rule stops holding, and what that means. */
  readonly standing: boolean;
  readonly withdrawal: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Kinds of subject it can act on; null for any. */
  readonly subjects: readonly RuleSubject[] | null;
  /** Events that carrying it out, or withdrawing it, brings about: `issues.labeled`. A rule on them may feed itself. */
  readonly causes: readonly string[];
  /** State facts that it changes, such as `issue.labels`. */
  readonly changes: readonly string[];
  /** What it comes to, in a short sentence for people: `comments “Please add: Complexity.”` */
  summary(params: Json): string;
  /** What it comes to, from its resolved parameters and the facts. Nothing is an answer too. */
  outcomes(params: Resolved, facts: Facts): readonly Outcome[];
  /** Whether what stands is what should stand. */
  isSame(standing: Json, wanted: Json): boolean;
  /** Lines that make the effect stand where it did not. */
  stand(effect: StoredEffect): Lines;
  /** Lines that turn what stands into what should. */
  replace(standing: StoredEffect, wanted: StoredEffect): Lines;
  /** Lines that undo it. `because` is a sentence for people. */
  withdraw(effect: StoredEffect, because: string): Lines;
  /** Of a check, and of whatever else says how things stand. */
  readonly telling?: Telling;
  /** How it is seen outside; null for what lives in our database alone. */
  readonly outward: Outward | null;
}

export type Actions = Readonly<Record<string, Action>>;

/** Of what is done elsewhere than in our database: the effect itself says what should be there. */
export const noLines = {
  stand: (): Lines => ({}),
  replace: (): Lines => ({}),
  withdraw: (): Lines => ({}),
};

/** Reads back what {@link Action.outcomes} made and the store kept; throws a sentence when it is anything else. */
export function kept<S extends TSchema>(action: string, schema: S): (params: Json) => Static<S> {
  let read: ((params: unknown) => Static<S>) | undefined;
  return (params) => {
    try {
      read ??= reader(schema, action);
      return read(params);
    } catch (error) {
      // Not the payload's fault, which could never be mended: the store gave back something else than was put in.
      throw new Error(`the kept ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
}

/** A text that was given and says something, or null. */
export function textIn(params: Resolved, name: string): string | null {
  const value = params[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function textsIn(params: Resolved, name: string): readonly string[] {
  return listIn(params, name).filter((item) => typeof item === 'string');
}

export function usersIn(params: Resolved, name: string): readonly User[] {
  return listIn(params, name).filter((item) => typeof item === 'object');
}

function listIn(params: Resolved, name: string): readonly (string | User)[] {
  const value = params[name];
  return typeof value === 'object' ? value : [];
}

/** A text in quotation marks, as much of it as a sentence can hold. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('\u200b', '').trim();
  return `“${line.length > 60 ? `${line.slice(0, 59).trimEnd().toWellFormed()}…` : line}”`;
}
