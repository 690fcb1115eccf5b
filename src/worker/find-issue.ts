// An issue that we have never heard of, found by asking GitHub: read as if it had been delivered, and put into the inbox
// so that it is known from then on.
import { type Knowledge, learn } from '../facts/knowledge.ts';
import type { Reference } from '../facts/looked-up.ts';
import type { FindIssue } from '../facts/lookups.ts';
import { foundIssue } from '../github/found.ts';
import { GitHubFailure } from '../github/github.ts';
import { installationAt, issueAt } from '../github/issue-at.ts';
import type { Store } from '../store/store.ts';
import type { Ask } from './ask-github.ts';
import type { Situated } from './situate.ts';
import { understand } from './understand.ts';

/** Not there, not there any more, not shown to us, or not to anybody. */
const GONE: readonly (number | null)[] = [404, 410, 451];

/**
 * Finds issues of repositories in which the App is installed, and of no other: whoever owns a place writes its labels
 * and its forms, and a pull request closes what its author likes.
 */
export function issueFinder(store: Pick<Store, 'receive'>) {
  return ({ subject }: Situated, ask: Ask, installation: number): FindIssue =>
    async (reference) => {
      const isHome = reference.key?.startsWith(`${subject.repositoryId}/`) === true;
      try {
        const by = isHome ? installation : await installedAt(ask, reference);
        return by === null ? null : await found(store, ask, by, reference);
      } catch (error) {
        if (error instanceof GitHubFailure && GONE.includes(error.status)) return null;
        throw error;
      }
    };
}

function installedAt(ask: Ask, { address }: Reference): Promise<number | null> {
  const { owner, repo } = partsOf(address);
  return ask('App', `installation ${owner}/${repo}`, (app, signal) => installationAt(app, owner, repo, signal));
}

async function found(
  store: Pick<Store, 'receive'>,
  ask: Ask,
  installation: number,
  { address, key }: Reference,
): Promise<Knowledge | null> {
  const { owner, repo, number } = partsOf(address);
  const there = await ask(installation, `issue ${address}`, (github, signal) =>
    issueAt(github, owner, repo, number, signal),
  );
  // Another repository may have taken the name.
  if (there === null || (key !== null && key !== `${there.repository.id}/${number}`)) return null;
  const delivery = foundIssue({ installation, ...there });
  const told = understand({ id: 0, ...delivery });
  if (told?.observation === undefined) return null;
  await store.receive([delivery]);
  return learn(null, told.implied ?? told.name, told.observation);
}

function partsOf(address: string): { owner: string; repo: string; number: number } {
  const [name = '', number] = address.split('#');
  const [owner = '', repo = ''] = name.split('/');
  return { owner, repo, number: Number(number) };
}
