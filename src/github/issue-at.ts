// One issue by its address, wherever the App is installed.
import Type from 'typebox';
import { githubNumber } from '../models/github-number.ts';
import { Issue } from '../models/issue.ts';
import { Repository } from '../models/repository.ts';
import { answerReader } from './answer.ts';
import type { GitHub } from './github.ts';

const INSTALLATION = 'GET /repos/{owner}/{repo}/installation';
const installationAnswer = answerReader(
  INSTALLATION,
  Type.Object({ id: githubNumber(), suspended_at: Type.Unknown() }),
);
const REPOSITORY = 'GET /repos/{owner}/{repo}';
const repositoryAnswer = answerReader(REPOSITORY, Repository);
const ISSUE = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
const issueAnswer = answerReader(ISSUE, Type.Object({ ...Issue.properties, repository_url: Type.String() }));

/**
 * The installation that has a repository; null while it is suspended.
 *
 * @param app the App itself
 * @throws GitHubFailure, with status 404 where the App is not installed
 */
export async function installationAt(
  app: GitHub,
  owner: string,
  repo: string,
  signal?: AbortSignal,
): Promise<number | null> {
  const { id, suspended_at: suspended } = installationAnswer(
    (await app.request(INSTALLATION, { owner, repo }, signal)).data,
  );
  return suspended === null ? id : null;
}

/**
 * Null when another issue is found at the address: its own may have moved away, and GitHub then shows the one it became.
 *
 * @throws GitHubFailure
 */
export async function issueAt(
  github: GitHub,
  owner: string,
  repo: string,
  number: number,
  signal?: AbortSignal,
): Promise<{ readonly repository: Repository; readonly issue: Issue } | null> {
  const repository = repositoryAnswer((await github.request(REPOSITORY, { owner, repo }, signal)).data);
  const { data } = await github.request(ISSUE, { owner, repo, issue_number: number }, signal);
  const { repository_url: home, ...issue } = issueAnswer(data);
  const isThere = home.toLowerCase().endsWith(`/repos/${repository.full_name.toLowerCase()}`);
  return isThere && issue.number === number ? { repository, issue } : null;
}
