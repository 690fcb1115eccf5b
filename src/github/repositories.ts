// The repositories that an installation has, page by page.
// https://docs.github.com/rest/apps/installations#list-repositories-accessible-to-the-app-installation
import Type from 'typebox';
import { Repository } from '../models/repository.ts';
import { answerReader } from './answer.ts';
import type { GitHub } from './github.ts';
import { PER_PAGE } from './next-page.ts';

const LIST = 'GET /installation/repositories';
const listAnswer = answerReader(
  LIST,
  Type.Object({ total_count: Type.Integer({ minimum: 0 }), repositories: Type.Array(Repository) }),
);

export interface RepositoryPage {
  readonly repositories: readonly Repository[];
  /** How many there are on all pages together. */
  readonly total: number;
  /** Number of the next page; null on the last one. */
  readonly next: number | null;
}

/** @throws GitHubFailure */
export async function repositoriesOn(github: GitHub, page: number, signal?: AbortSignal): Promise<RepositoryPage> {
  const { data, next } = await github.request(LIST, { per_page: PER_PAGE, page }, signal);
  const { total_count: total, repositories } = listAnswer(data);
  return { repositories, total, next: next === null ? null : page + 1 };
}
