// Making the GitHub App, from the wish to its secrets in `.env`. The pages and the command are drawn around this.
//
//   asking ──begin──▶ (on GitHub) ──finish──▶ done
//                                    └──▶ stuck ──again──▶ done      stuck: made on GitHub, and not yet in `.env`
import { appManifest, type CreatedApp, convertManifest, registrationPage, webUrl } from '../github/app-manifest.ts';
import { GitHubFailure } from '../github/github.ts';
import { type Admission, createAdmission } from './admission.ts';
import { shownPath } from './env-file.ts';
import { Unwritable } from './env-text.ts';
import { createSaving, hearsAt, type MadeApp, type SavingParts } from './saving.ts';
import { readWish, type Wish, type WrittenWish } from './wish.ts';

export interface SetupParts extends SavingParts {
  /** What the form is filled in with at first. */
  readonly proposal: WrittenWish;
  /** Where the service listens, for a tunnel to lead there: 3000. */
  readonly port: number;
  readonly onDone?: (app: MadeApp) => void;
  readonly clock?: () => number;
}

export type Stage =
  | { readonly at: 'asking' }
  /** `isMade`: the App's secrets are held in memory, and nowhere else. */
  | { readonly at: 'stuck'; readonly why: string; readonly isMade: boolean }
  | { readonly at: 'done'; readonly app: MadeApp };

/** What the person takes to GitHub. */
export interface HandOver {
  readonly action: string;
  readonly manifest: string;
  readonly wish: Wish;
  readonly hears: boolean;
}

/** What is said beside the form, before anything is done. */
export interface Foresight {
  /** Variables in the file that will be replaced. */
  readonly replaced: readonly string[];
  readonly shadowed: readonly string[];
  /** Why the file cannot be written; null when it can. */
  readonly fault: string | null;
}

/** The sentence is for whoever sits before the page. */
export class SetupRefused extends Error {
  override name = 'SetupRefused';
}

export interface Setup extends Pick<Admission<Wish>, 'token' | 'enter' | 'isEntered' | 'isOpen'> {
  /** What the form is filled in with: what was written last. */
  proposal(): WrittenWish;
  /** Where people meet GitHub: `https://github.com`. */
  readonly gitHub: string;
  readonly envFile: string;
  readonly port: number;
  stage(): Stage;
  foresee(): Promise<Foresight>;
  /** @param origin where the person reaches this, and is sent back to @returns sentences when something is wrong */
  begin(written: WrittenWish, origin: string): Promise<HandOver | readonly string[]>;
  /** @throws SetupRefused */
  finish(code: string, state: string): Promise<Stage>;
  /** Once more what got stuck. @throws SetupRefused */
  again(): Promise<Stage>;
}

export function createSetup(parts: SetupParts): Setup {
  const { apiUrl, envFile, port, onDone, clock = Date.now } = parts;
  const admission = createAdmission<Wish>(clock);
  const gitHub = webUrl(apiUrl);
  let stage: Stage = { at: 'asking' };
  let held: { readonly wish: Wish; readonly code: string; app: CreatedApp | null } | null = null;
  let isBusy = false;
  let proposal = parts.proposal;
  const saving = createSaving(parts);

  async function foresee(): Promise<Foresight> {
    try {
      return { ...(await saving.foresee()), fault: null };
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      return { replaced: [], shadowed: [], fault: `${shownPath(envFile)} cannot be written: ${error.message}.` };
    }
  }

  async function begin(written: WrittenWish, origin: string): Promise<HandOver | readonly string[]> {
    proposal = written;
    const wish = readWish(written);
    const { fault } = await foresee();
    if (!('name' in wish)) return fault === null ? wish : [...wish, fault];
    if (fault !== null) return [fault];
    const hears = hearsAt(wish, apiUrl);
    const manifest = appManifest({
      ...{ baseUrl: wish.baseUrl ?? origin, name: wish.name, hears },
      redirectUrl: `${origin}/setup/created`,
    });
    const action = registrationPage(apiUrl, wish.organisation, admission.stateFor(wish));
    return { action, manifest: JSON.stringify(manifest), wish, hears };
  }

  async function finish(code: string, state: string): Promise<Stage> {
    if (stage.at === 'done') return stage;
    if (isBusy || held !== null)
      throw new SetupRefused('Another App is just being set up here. Let that come to its end.');
    if (!/^[\w-]{1,200}$/.test(code)) throw new SetupRefused('What GitHub sent back holds no code.');
    const redeemed = admission.redeem(state);
    if (typeof redeemed === 'string') throw new SetupRefused(REFUSALS[redeemed]);
    held = { wish: redeemed.purpose, code, app: null };
    return await goOn();
  }

  async function again(): Promise<Stage> {
    if (isBusy) throw new SetupRefused('It is being tried already.');
    return held === null ? stage : await goOn();
  }

  async function goOn(): Promise<Stage> {
    if (held === null) return stage;
    isBusy = true;
    try {
      held.app ??= await convertManifest({ apiUrl }, held.code);
      const app = await saving.save(held.app, held.wish);
      held = null;
      stage = { at: 'done', app };
      onDone?.(app);
    } catch (error) {
      stage = stuckBy(error, held?.app !== null);
      if (stage.at === 'asking') {
        held = null;
        throw error instanceof GitHubFailure
          ? new SetupRefused(`GitHub did not give the App: ${error.message}.`)
          : error;
      }
    } finally {
      isBusy = false;
    }
    return stage;
  }

  /** What is worth another try. A code that GitHub refuses for good is worth none. */
  function stuckBy(error: unknown, isMade: boolean): Stage {
    if (error instanceof Unwritable) {
      return { at: 'stuck', why: `${shownPath(envFile)} cannot be written: ${error.message}.`, isMade };
    }
    const mayPass = error instanceof GitHubFailure && error.kind !== 'final';
    return mayPass ? { at: 'stuck', why: `GitHub did not answer: ${error.message}.`, isMade } : { at: 'asking' };
  }

  const { token, enter, isEntered, isOpen } = admission;
  return {
    ...{ token, enter, isEntered, isOpen, gitHub, envFile, port },
    ...{ proposal: () => proposal, stage: () => stage, foresee, begin, finish, again },
  };
}

const REFUSALS = {
  unknown: 'This answer of GitHub does not belong to what was begun here. Begin again.',
  used: 'This answer of GitHub was used already. Begin again, if the App is not there yet.',
  expired: 'It is more than an hour since this was begun. Begin again.',
} as const;
