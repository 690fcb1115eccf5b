// What rules ask of GitHub itself: which issues a pull request closes, who may do what, which files, which reviews.
import Type, { type Static } from 'typebox';
import { Nullable } from '../models/nullable.ts';
import { Review } from '../models/review.ts';
import { answerReader } from './answer.ts';
import { type GitHub, GitHubFailure } from './github.ts';

/** Issues closed by keyword in the description, and those linked by hand, which no text shows: all, and the latter. */
export const CLOSING_ISSUES = `query ClosingIssues(
  $owner: String!
  $name: String!
  $number: Int!
  $afterAll: String
  $afterLinked: String
) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      all: closingIssuesReferences(first: 100, after: $afterAll) {
        ...References
      }
      linked: closingIssuesReferences(first: 100, after: $afterLinked, userLinkedOnly: true) {
        ...References
      }
    }
  }
}

fragment References on IssueConnection {
  pageInfo {
    hasNextPage
    endCursor
  }
  nodes {
    number
    repository {
      databaseId
      nameWithOwner
      isPrivate
    }
  }
}`;

export interface ClosedIssue {
  /** `owner/name`. */
  readonly repository: string;
  readonly repositoryId: number | null;
  readonly isPrivate: boolean;
  readonly number: number;
}

export interface ClosingIssues {
  readonly all: readonly ClosedIssue[];
  /** Those of them that were linked by hand, which takes the right to triage. */
  readonly linked: readonly ClosedIssue[];
}

const References = Nullable(
  Type.Object({
    pageInfo: Type.Object({ hasNextPage: Type.Boolean(), endCursor: Nullable(Type.String()) }),
    nodes: Nullable(
      Type.Array(
        Nullable(
          Type.Object({
            number: Type.Integer(),
            repository: Type.Object({
              databaseId: Nullable(Type.Integer()),
              nameWithOwner: Type.String(),
              isPrivate: Type.Boolean(),
            }),
          }),
        ),
      ),
    ),
  }),
);

const closingAnswer = answerReader(
  'GraphQL query ClosingIssues',
  Type.Object({
    repository: Nullable(Type.Object({ pullRequest: Nullable(Type.Object({ all: References, linked: References })) })),
  }),
);

/** More than any pull request closes; a bound on what one lookup may cost. */
const MAX_CLOSING_PAGES = 10;

/** The issues that a pull request closes, without those that the App may not see. */
export async function closingIssues(
  github: GitHub,
  owner: string,
  name: string,
  number: number,
  signal?: AbortSignal,
): Promise<ClosingIssues> {
  const [all, linked] = [listing(), listing()];
  for (let page = 0; page < MAX_CLOSING_PAGES && (all.isOpen() || linked.isOpen()); page++) {
    const after = { afterAll: all.cursor(), afterLinked: linked.cursor() };
    const data = closingAnswer(await github.graphql(CLOSING_ISSUES, { owner, name, number, ...after }, signal));
    all.add(data.repository?.pullRequest?.all ?? null);
    linked.add(data.repository?.pullRequest?.linked ?? null);
  }
  return { all: all.issues(), linked: linked.issues() };
}

/** One of the two lists, page by page. At its end it is asked for on and on, while the other one has more. */
function listing() {
  const issues = new Map<string, ClosedIssue>();
  let [cursor, open]: [string | null, boolean] = [null, true];
  return {
    isOpen: () => open,
    cursor: () => cursor,
    issues: () => [...issues.values()],
    add(references: Static<typeof References>) {
      for (const node of references?.nodes ?? []) {
        if (node === null) continue;
        const { nameWithOwner, databaseId, isPrivate } = node.repository;
        const issue = { repository: nameWithOwner, repositoryId: databaseId, isPrivate, number: node.number };
        issues.set(`${nameWithOwner}#${node.number}`, issue);
      }
      open = references?.pageInfo.hasNextPage === true && references.pageInfo.endCursor !== null;
      cursor = references?.pageInfo.endCursor ?? cursor;
    },
  };
}

/** What an account may do with a repository, from nothing to everything. */
export const PERMISSIONS = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
const permissionAnswer = answerReader(
  PERMISSION,
  Type.Object({ permission: Type.String(), role_name: Type.Optional(Type.String()) }),
);

/**
 * An organisation's own roles count as what they are built upon.
 * https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
export async function permissionOf(
  github: GitHub,
  owner: string,
  name: string,
  login: string,
  signal?: AbortSignal,
): Promise<Permission> {
  const { data } = await github.request(PERMISSION, { owner, repo: name, username: login }, signal);
  const { permission, role_name: role } = permissionAnswer(data);
  const found = PERMISSIONS.find((known) => known === role) ?? PERMISSIONS.find((known) => known === permission);
  if (found === undefined) throw new GitHubFailure(`${PERMISSION}: a permission that we do not know`, 'final');
  return found;
}

const FILES = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
const filesAnswer = answerReader(FILES, Type.Array(Type.Object({ filename: Type.String() })));

/** GitHub lists no more: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
export const MAX_FILES = 3_000;

/** Paths of the files that a pull request changes, as they are called after it. */
export async function filesOf(
  github: GitHub,
  owner: string,
  name: string,
  number: number,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const page of github.pages(FILES, { owner, repo: name, pull_number: number }, signal)) {
    files.push(...filesAnswer(page).map(({ filename }) => filename));
    if (files.length >= MAX_FILES) break;
  }
  return files.slice(0, MAX_FILES);
}

const REVIEWS = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const Reviews = Type.Array(Review);
const reviewsAnswer = answerReader(REVIEWS, Reviews);

/** All reviews of a pull request, oldest first. */
export async function reviewsOf(
  github: GitHub,
  owner: string,
  name: string,
  number: number,
  signal?: AbortSignal,
): Promise<Static<typeof Reviews>> {
  const reviews: Review[] = [];
  for await (const page of github.pages(REVIEWS, { owner, repo: name, pull_number: number }, signal))
    reviews.push(...reviewsAnswer(page));
  return reviews;
}
