// Whether issues that we know are still in their repository: they may have been deleted, or moved to another one, while
// nobody told us. GitHub's lists show what is there, never what is not there any more.
import Type from 'typebox';
import { Issue } from '../models/issue.ts';
import { Nullable } from '../models/nullable.ts';
import type { Repository } from '../models/repository.ts';
import { answerReader } from './answer.ts';
import { asAlias } from './client.ts';
import { type GitHub, GitHubFailure } from './github.ts';

/** Issues in one question, which is one of GraphQL's points: an alias each, as many as a page of a list has. */
export const ASKED_AT_ONCE = 100;

const presentAnswer = answerReader(
  'GraphQL query PresentIssues',
  Type.Object({
    repository: Nullable(
      Type.Object(
        { databaseId: Nullable(Type.Integer()), hasIssuesEnabled: Type.Boolean() },
        {
          patternProperties: {
            '^n\\d+$': Nullable(
              Type.Object({
                number: Type.Integer(),
                repository: Type.Object({ databaseId: Nullable(Type.Integer()) }),
              }),
            ),
          },
        },
      ),
    ),
  }),
);

/**
 * Those of some issues that are not in the repository, as far as GraphQL goes: {@link issueStays} has the last word. None
 * where that says nothing of them: another repository is called so by now, or its issues are switched off for a while.
 *
 * @param numbers up to {@link ASKED_AT_ONCE}
 * @throws GitHubFailure
 */
export async function absentIssues(
  github: GitHub,
  { id, full_name: fullName }: Repository,
  numbers: readonly number[],
  signal?: AbortSignal,
): Promise<readonly number[]> {
  const [owner = '', name = ''] = fullName.split('/');
  const issues = numbers.map(
    (number) => `${asAlias(number)}: issue(number: ${number}) { number repository { databaseId } }`,
  );
  const query = `query PresentIssues($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    databaseId
    hasIssuesEnabled
    ${issues.join('\n    ')}
  }
}`;
  const { repository } = presentAnswer(await github.graphql(query, { owner, name }, signal));
  if (repository === null || repository.databaseId !== id || !repository.hasIssuesEnabled) return [];
  const present: Readonly<Record<string, unknown>> = repository;
  return numbers.filter((number) => {
    const there = present[asAlias(number)] as { number: number; repository: { databaseId: number | null } } | null;
    return there === null || there.number !== number || there.repository.databaseId !== id;
  });
}

const ISSUE = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
const issueAnswer = answerReader(ISSUE, Type.Object({ ...Issue.properties, repository_url: Type.String() }));

/**
 * The issue where it was, or null when it is gone: deleted (410), moved away (a redirect to where it is now, or 404 where
 * the App may not see that). https://docs.github.com/rest/issues/issues#get-an-issue
 *
 * @throws GitHubFailure
 */
export async function issueStays(
  github: GitHub,
  { full_name: fullName }: Repository,
  number: number,
  signal?: AbortSignal,
): Promise<Issue | null> {
  const [owner = '', repo = ''] = fullName.split('/');
  try {
    const { data } = await github.request(ISSUE, { owner, repo, issue_number: number }, signal);
    const { repository_url: home, ...issue } = issueAnswer(data);
    const isThere = home.toLowerCase().endsWith(`/repos/${fullName.toLowerCase()}`) && issue.number === number;
    return isThere ? issue : null;
  } catch (error) {
    if (error instanceof GitHubFailure && isGone(error)) return null;
    throw error;
  }
}

/** Where issues are switched off GitHub says 410 too, of all of them, and shows them again once they are switched on. */
function isGone({ status, message }: GitHubFailure): boolean {
  return status === 404 || (status === 410 && !/disabled/i.test(message));
}
