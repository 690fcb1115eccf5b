// The questions that looking up asks GitHub, each with the name by which its answer is known while work goes on.
import { reviewRecord } from '../consumers/reviews.ts';
import type { Closing } from '../facts/closes.ts';
import type { Facts } from '../facts/fact.ts';
import type { ReviewRecord } from '../facts/observation.ts';
import { GitHubFailure } from '../github/github.ts';
import {
  type ClosedIssue,
  closingIssues,
  filesOf,
  type Permission,
  permissionOf,
  reviewsOf,
} from '../github/lookups.ts';
import type { User } from '../models/user.ts';
import type { Ask } from './ask-github.ts';

/** Where the subject is. */
export interface Place {
  readonly owner: string;
  readonly name: string;
  readonly number: number;
}

export async function askClosing(ask: Ask, installation: number, { owner, name, number }: Place): Promise<Closing> {
  const { all, linked } = await ask(installation, `closes ${owner}/${name}#${number}`, (github, signal) =>
    closingIssues(github, owner, name, number, signal),
  );
  return { all: all.map(asReference), linked: linked.map(asReference) };
}

function asReference({ repository, repositoryId, isPrivate, number }: ClosedIssue): Closing['all'][number] {
  const key = repositoryId === null ? null : `${repositoryId}/${number}`;
  return { address: `${repository}#${number}`, key, ...(isPrivate ? { isPrivate } : {}) };
}

/** @param facts of the pull request */
export async function askReviews(
  ask: Ask,
  installation: number,
  { owner, name, number }: Place,
  facts: Facts,
): Promise<readonly ReviewRecord[]> {
  const reviews = await ask(installation, `reviews ${owner}/${name}#${number}`, (github, signal) =>
    reviewsOf(github, owner, name, number, signal),
  );
  const otherwise = facts['pull_request.updated_at'];
  return reviews.map((review) => reviewRecord(review, typeof otherwise === 'string' ? otherwise : EPOCH));
}

const EPOCH = '1970-01-01T00:00:00Z';

/** @param of the branch and commit that they are of */
export function askFiles(
  ask: Ask,
  installation: number,
  { owner, name, number }: Place,
  of: string,
): Promise<readonly string[]> {
  return ask(installation, `files ${owner}/${name}#${number} ${of}`, (github, signal) =>
    filesOf(github, owner, name, number, signal),
  );
}

export async function askPermission(
  ask: Ask,
  installation: number,
  { owner, name }: Place,
  { login, type }: User,
): Promise<Permission> {
  try {
    return await ask(
      installation,
      `permission ${owner}/${name} ${login}`,
      (github, signal) => permissionOf(github, owner, name, login, signal),
      'for its body',
    );
  } catch (error) {
    // To GitHub, the account of an App is no user, and has no permission that could be asked for.
    if (error instanceof GitHubFailure && error.status === 404 && type === 'Bot') return 'none';
    throw error;
  }
}
