// Carrying an effect out on GitHub: what an action gets to do it with, what it answers, and the calls that it makes.
import { createHash } from 'node:crypto';
import { GitHubFailure } from '../github/github.ts';
import type { ClaimedEffect } from '../store/outbox.ts';
import type { Json } from '../store/store.ts';

/** An effect that is due. */
export type DueEffect = Pick<ClaimedEffect, 'key' | 'wanted' | 'params' | 'number' | 'performed' | 'unsure' | 'others'>;

/** One of GitHub's calls. */
export interface Call {
  /** In Octokit's notation. Owner and name of the repository are filled in for the action. */
  readonly route: string;
  /** What the App must be allowed, in GitHub's words: `Issues or Pull requests: write`. */
  readonly permission: string;
}

export type Calls = Readonly<Record<string, Call>>;

type Parameters = Readonly<Record<string, unknown>>;

/** GitHub, for one attempt at one effect. Faults are thrown as {@link GitHubFailure}. */
export interface Hands {
  read(call: Call, parameters: Parameters): Promise<unknown>;
  /** All pages of a list. */
  list(call: Call, parameters: Parameters): AsyncIterable<readonly unknown[]>;
  /**
   * Changes something, once in an attempt: writes are counted, spaced out, and not begun when something else is wanted
   * by now. `presumed` is what is visible should nobody ever know whether it happened; left out, the same as before.
   */
  write(call: Call, parameters: Parameters, presumed?: Json): Promise<unknown>;
  /** Whether that is the login of our own bot account, which may have another name than a moment ago. */
  isUs(login: string): Promise<boolean>;
}

/** What an attempt came to that went well. */
export interface Performed {
  /** What is visible now, in the action's own words, for its next attempt; null when nothing is. */
  readonly performed: Json;
  /** There is something left to do: another attempt follows. */
  readonly more?: true;
  /** What is visible is not known for sure: the next attempt has to look. */
  readonly unsure?: true;
  /** Another effect that wants what this one leaves behind, and what it then has. */
  readonly heir?: { readonly key: string; readonly performed: Json };
}

/**
 * Makes one effect so, as far as one write goes, from whatever was left by attempts before it.
 *
 * An attempt may end anywhere, before its write, after it, or without anybody knowing. So `effect.unsure` means to look
 * first; and what another account has done, or written under our name, is none of ours.
 */
export type Perform = (effect: DueEffect, hands: Hands) => Promise<Performed>;

/** It cannot be done, whoever tries again; the message is for people. */
export class Impossible extends Error {
  override name = 'Impossible';
}

/** To `catch` with: null when GitHub says that there is no such thing; other faults are thrown on. */
export function nullWhenGone(error: unknown): null {
  if (error instanceof GitHubFailure && (error.status === 404 || error.status === 410)) return null;
  throw error;
}

/** What tells an effect's own things on GitHub from everything else. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
