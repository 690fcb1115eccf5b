// A page of an installation's repositories; and with it, as deliveries, those that were made private, or public, while
// nobody told us: what is to be hidden may not wait for something in them to change.
import { type Found, foundRepository, keptRepository } from '../github/found.ts';
import type { GitHub } from '../github/github.ts';
import { type RepositoryPage, repositoriesOn } from '../github/repositories.ts';
import type { CoverageStore } from '../store/coverage.ts';

export interface Listing {
  readonly door: GitHub;
  readonly store: Pick<CoverageStore, 'misjudged'>;
  readonly clock: () => Date;
}

/** @throws GitHubFailure, or StoreUnavailable */
export async function listRepositories(
  { door, store, clock }: Listing,
  { installation, page }: { readonly installation: number; readonly page: number },
  signal: AbortSignal,
): Promise<{ readonly listed: RepositoryPage; readonly found: readonly Found[] }> {
  const asked = clock().toISOString();
  const { repositories, ...rest } = await repositoriesOn(door, page, signal);
  // Deciding a repository has all that is in it decided again; so of most of them nothing is told.
  const misjudged = new Set(await store.misjudged(repositories));
  const found = repositories
    .filter(({ id }) => misjudged.has(id))
    .map((repository) => foundRepository({ installation, repository, asked }));
  return { listed: { repositories: repositories.map(keptRepository), ...rest }, found };
}
