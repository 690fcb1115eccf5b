// GitHub as the worker asks it: each question once for each piece of work, by the way of one installation, and no
// question while GitHub is away. What comes of a fault is settled here: the work waits, or its rule cannot be decided.
import { createHash } from 'node:crypto';
import { type GitHub, type GitHubApp, GitHubFailure } from '../github/github.ts';
import type { Work } from '../store/store.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createPatience, PATIENCE, type PatienceTerms } from './patience.ts';

/** The work cannot go on now, and that is not its fault: it is to come again after so many seconds. */
export class Delayed extends Error {
  override name = 'Delayed';
  readonly seconds: number;

  constructor(reason: string, seconds: number) {
    super(reason);
    this.seconds = seconds;
  }
}

/** One piece of work's door to GitHub. */
export interface Ask {
  /**
   * The answer to a question, which is asked once however often the work is decided. `App`: as the App itself.
   *
   * @param question what tells it from every other question of this work
   * @param once `for its body`: what was answered counts for the same body under another GUID too, for a while. Anybody
   *   who has a body can send it under any number of them, and each would cost a request.
   * @throws Delayed when GitHub cannot be asked now, and {@link GitHubFailure} when it never works
   */
  <T>(
    by: number | 'App',
    question: string,
    how: (github: GitHub, signal: AbortSignal) => Promise<T>,
    once?: 'for its body',
  ): Promise<T>;
  /** Login of our own bot account; a bot with the login `claimant` may be it. */
  readonly botLogin: (claimant: string) => Promise<string>;
}

export interface Asking {
  /** @param signal ends the time that this work has for asking */
  of(work: Work, signal: AbortSignal): Ask;
  /** Forgets what was answered to it. */
  done(work: Work): void;
}

/** What may fail without the others: an installation, the App itself, and it about its own name. */
type Way = number | 'App' | 'our login';

/** Pieces of work that wait, of which the answers are kept, and milliseconds for which they are. */
const MOST_KEPT = 1_000;
const KEPT_FOR = 5 * 60_000;

/** Seconds after which work is taken up again that had no time left to ask. */
const SOON = 1;

const SLOW = 'GitHub takes its time to answer';

export interface AskingOptions {
  /** The time it is; by default the machine's. */
  readonly clock?: () => Date;
  /** {@link PATIENCE} by default. */
  readonly patience?: PatienceTerms;
}

export function openAsking(app: GitHubApp, options: AskingOptions = {}): Asking {
  const { clock = () => new Date(), patience: terms = PATIENCE } = options;
  const patience = createPatience<Way>(terms);
  // Every delivery that a bot has caused waits for our login: it has a way of its own.
  const breakers = new Map<Way, Breaker>();
  const kept = new Map<string, Kept>();
  const ofBodies = new Map<string, Kept>();

  function breakerOf(by: Way): Breaker {
    const known = breakers.get(by) ?? createBreaker(clock);
    breakers.set(by, known);
    return known;
  }

  function answersOf(name: string, among: Map<string, Kept>): Kept['answers'] {
    const now = clock().getTime();
    const known = among.get(name);
    if (known !== undefined && now - known.since < KEPT_FOR) return known.answers;
    const answers = new Map<string, Promise<unknown>>();
    among.delete(name);
    among.set(name, { since: now, answers });
    const oldest = among.size > MOST_KEPT ? among.keys().next().value : undefined;
    if (oldest !== undefined) among.delete(oldest);
    return answers;
  }

  async function asked<T>(by: Way, signal: AbortSignal, how: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw new Delayed('there was no time left to ask GitHub', SOON);
    if (patience.isWornOut(by)) throw new Delayed(SLOW, terms.back);
    const attempt = breakerOf(by).begin();
    if (attempt.kind === 'refused') throw new Delayed(attempt.reason, attempt.seconds);
    try {
      const answer = await how();
      attempt.answered();
      return answer;
    } catch (error) {
      if (!(error instanceof GitHubFailure)) {
        attempt.givenUp();
        throw error;
      }
      if (error.kind === 'final' && error.status !== 401 && !error.shutOut) {
        attempt.answered();
        throw error;
      }
      if (signal.aborted) {
        attempt.givenUp();
        throw new Delayed('there was no time left to ask GitHub', SOON);
      }
      const { reason, seconds } = attempt.failed(error.message, error.retryAt);
      throw new Delayed(reason, seconds);
    }
  }

  async function inTime<T>(answer: Promise<T>, by: Way): Promise<T> {
    const waited = await patience.wait(answer, by);
    if (waited === 'late') throw new Delayed(SLOW, terms.back);
    return waited.given;
  }

  return {
    of(work, signal) {
      const ofWork = answersOf(nameOf(work), kept);
      const ask = <T>(
        by: number | 'App',
        question: string,
        how: (github: GitHub, end: AbortSignal) => Promise<T>,
        once?: 'for its body',
      ) => {
        const github = by === 'App' ? app.app : app.installation(by);
        const name = `${by} ${question}`;
        const body = once === undefined ? undefined : work.delivery?.body;
        const answers = body === undefined ? ofWork : answersOf(digestOf(body), ofBodies);
        const known = answers.get(name) as Promise<T> | undefined;
        if (known !== undefined) return inTime(known, by);
        const answer = asked(by, signal, () => how(github, signal));
        answers.set(name, answer);
        // What was delayed is asked again; what cannot work is not.
        answer.catch((error: unknown) => error instanceof GitHubFailure || answers.delete(name));
        return inTime(answer, by);
      };
      const botLogin = (claimant: string) =>
        inTime(
          asked('our login', signal, () => app.botLogin(claimant)),
          'our login',
        );
      return Object.assign(ask, { botLogin });
    },
    done: (work) => void kept.delete(nameOf(work)),
  };
}

interface Kept {
  readonly since: number;
  readonly answers: Map<string, Promise<unknown>>;
}

function digestOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** A postponed message comes back under another number. */
function nameOf({ delivery, subject, occasion }: Work): string {
  return delivery === null ? `${subject} ${occasion?.event} ${occasion?.occurrence}` : `delivery ${delivery.id}`;
}
