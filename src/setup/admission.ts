// Who may set this up: whoever can read the terminal or the log. A token is shown there, and exchanged once for a session;
// what comes back from GitHub has to carry a state that this session was given.
//
//   token ──enter──▶ session ──stateFor──▶ state ──redeem──▶ used
//                                            └──an hour──▶ expired
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** @typeParam T what a state is given out for */
export interface Admission<T> {
  /** To be shown where only those who run this can see it. */
  readonly token: string;
  /** @returns the session, the first time the token is shown; null for another token, and ever after */
  enter(token: string): string | null;
  /** Whether the token has been exchanged. */
  isEntered(): boolean;
  isOpen(session: string | undefined): boolean;
  /** A new state for the session that is open. */
  stateFor(purpose: T): string;
  /** Ends a state, whatever the answer is. */
  redeem(state: string): { readonly purpose: T } | 'unknown' | 'used' | 'expired';
}

/** As long as GitHub's code lives: https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest */
const STATE_LIFETIME = 60 * 60_000;
/** Long enough to look for an administrator; a page left open over night ends with it. */
const SESSION_LIFETIME = 8 * 60 * 60_000;
/** Somebody who presses the button again and again needs the newest ones only. */
const MOST_STATES = 100;

export function createAdmission<T>(clock: () => number): Admission<T> {
  const token = secret();
  let session: { readonly id: string; readonly until: number } | null = null;
  const states = new Map<string, { readonly purpose: T; readonly until: number; used: boolean }>();
  return {
    token,
    enter(given) {
      if (session !== null || !same(given, token)) return null;
      session = { id: secret(), until: clock() + SESSION_LIFETIME };
      return session.id;
    },
    isEntered: () => session !== null,
    isOpen: (given) => session !== null && given !== undefined && same(given, session.id) && clock() < session.until,
    stateFor(purpose) {
      const state = secret();
      states.set(state, { purpose, until: clock() + STATE_LIFETIME, used: false });
      for (const oldest of states.keys()) {
        if (states.size <= MOST_STATES) break;
        states.delete(oldest);
      }
      return state;
    },
    redeem(given) {
      const state = states.get(given);
      if (state === undefined) return 'unknown';
      if (state.used) return 'used';
      state.used = true;
      return clock() < state.until ? { purpose: state.purpose } : 'expired';
    },
  };
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** In constant time, whatever the lengths. */
function same(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
