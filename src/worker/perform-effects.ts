// One attempt at one effect: its action makes it so on GitHub, and what came of it is settled.
import type { Action, Actions } from '../actions/action.ts';
import { type Hands, Impossible, type Performed } from '../actions/perform.ts';
import { type GitHubApp, GitHubFailure } from '../github/github.ts';
import { messageOf } from '../message-of.ts';
import type { ClaimedEffect, Outbox, Outcome } from '../store/outbox.ts';
import type { Json } from '../store/store.ts';
import { NotNow, verdictOn } from './effect-verdict.ts';
import { publicReason } from './public-reason.ts';

export interface Performing {
  readonly store: Pick<Outbox, 'beginWrite' | 'settleEffect'>;
  readonly actions: Actions;
  readonly github: GitHubApp;
  readonly clock: () => Date;
  /** Ends what takes too long. */
  readonly signal: AbortSignal;
}

export interface Attempt {
  readonly outcome: Outcome;
  /** What befell it, for the log; null when nothing did. */
  readonly fault: string | null;
  readonly settled: Awaited<ReturnType<Outbox['settleEffect']>>;
}

/** @throws StoreUnavailable; then the claim ends by itself, and whoever takes the effect next looks first */
export async function performEffect(performing: Performing, effect: ClaimedEffect): Promise<Attempt> {
  const { hands, writing } = handsFor(performing, effect);
  const { outcome, fault } = await performed(performing, effect, hands).then(
    (result) => ({ outcome: success(effect, result, writing.wrote), fault: null }),
    (error: unknown) => ({
      outcome: failure(effect, error, writing, performing.clock()),
      fault: error instanceof NotNow ? null : messageOf(error),
    }),
  );
  return { outcome, fault, settled: await performing.store.settleEffect(effect, outcome) };
}

/** Of an effect that was claimed and not begun: it is as it was. */
export function untouched(effect: ClaimedEffect): Outcome {
  return failure(effect, new NotNow('not begun'), { wrote: false, presumed: null }, new Date());
}

async function performed({ actions }: Performing, effect: ClaimedEffect, hands: Hands): Promise<Performed> {
  const action: Action | undefined = actions[effect.action];
  if (action === undefined) throw new Impossible(`there is no action ${effect.action}`);
  const { outward, standing } = action;
  if (outward?.medium !== 'github') throw new Impossible(`${effect.action} does nothing on GitHub`);
  // What happens once is not taken back.
  if (effect.wanted === 'withdraw' && !standing) return { performed: null };
  if (effect.number === 0) throw new Impossible('there is no issue or pull request to act on');
  const doing = outward.perform(effect, hands);
  return effect.wanted === 'withdraw' ? doing.catch(nothingWhenDeleted) : doing;
}

/** With what was deleted, all that stood on it is gone: nothing is left to take back. A 404 may just be hidden from us. */
function nothingWhenDeleted(error: unknown): Performed {
  if (error instanceof GitHubFailure && error.status === 410) return { performed: null };
  throw error;
}

interface Writing {
  wrote: boolean;
  /** What is visible if nobody ever knows whether the write happened. */
  presumed: Json;
}

/**
 * Milliseconds from asking the store, within which a write is sent and answered, or given up. The claim lasts 10 seconds
 * longer, by which GitHub has broken off what it has not finished; then somebody else may write.
 */
const WRITE_TAKES = 15_000;

/** GitHub in the hands of one attempt: every write is announced to the store before it is sent, and there is only one. */
function handsFor(
  { store, github, clock, signal }: Performing,
  effect: ClaimedEffect,
): { hands: Hands; writing: Writing } {
  const door = github.installation(effect.installation);
  const [owner = '', repo = ''] = effect.repository.split('/');
  const writing: Writing = { wrote: false, presumed: null };
  const hands: Hands = {
    read: async ({ route }, parameters) => (await door.request(route, { owner, repo, ...parameters }, signal)).data,
    list: ({ route }, parameters) => door.pages(route, { owner, repo, ...parameters }, signal),
    write: async ({ route }, parameters, presumed = null) => {
      if (writing.wrote) throw new Error(`${effect.action} writes twice in one attempt`);
      const inTime = endingBy(clock().getTime() + WRITE_TAKES, clock, signal);
      const answer = await store.beginWrite(effect, presumed);
      if (answer !== 'go') throw new NotNow(answer);
      if (inTime.aborted) throw new NotNow('this process stood still');
      Object.assign(writing, { wrote: true, presumed });
      return (await door.request(route, { owner, repo, ...parameters }, inTime)).data;
    },
    // Only an App's account has such a login; whatever people copy of ours is no reason to ask.
    isUs: async (login) =>
      login.endsWith('[bot]') && (await github.botLogin(login)).toLowerCase() === login.toLowerCase(),
  };
  return { hands, writing };
}

/**
 * A signal that is aborted at a moment, and by the clock from that moment on. A process may be stopped, and its machine
 * asleep: when it comes back, what has arrived meanwhile is dealt with before timers are, a token for one, and the request
 * it was for would be sent. Before it is, whether it is aborted is asked.
 */
function endingBy(moment: number, clock: () => Date, signal: AbortSignal): AbortSignal {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, moment - clock().getTime()))]);
  const isAborted = () => Reflect.get(AbortSignal.prototype, 'aborted', ending) === true;
  return Object.defineProperty(ending, 'aborted', { get: () => isAborted() || clock().getTime() >= moment });
}

function success(effect: ClaimedEffect, { performed, more, unsure, heir }: Performed, wrote: boolean): Outcome {
  const state = more === true ? 'pending' : 'done';
  const counts = { seconds: 0, pause: 0, setbacks: 0, faults: more === true ? effect.faults : 0, counted: !more };
  return { state, reason: null, performed, unsure: unsure === true, heir: heir ?? null, wrote, ...counts };
}

function failure(effect: ClaimedEffect, error: unknown, { wrote, presumed }: Writing, now: Date): Outcome {
  const verdict = verdictOn(error, { ...effect, wrote }, now);
  const isOpen = wrote && verdict.unsure;
  return {
    ...verdict,
    reason: error instanceof NotNow ? null : publicReason(error),
    performed: isOpen ? (presumed ?? effect.performed) : effect.performed,
    unsure: isOpen || effect.unsure,
    heir: null,
    wrote,
  };
}
