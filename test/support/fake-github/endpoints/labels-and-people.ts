// Endpoints of what hangs on an issue or pull request: its labels, assignees and requested reviewers.
import { type Call, created, type Endpoints, listOf, ok, onIssue, onPull } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { invalid, Refusal } from '../refusal.ts';
import { ensureLabel } from '../scenery.ts';
import type { Account, Issue } from '../state.ts';
import { accountView } from '../views/accounts.ts';
import { issueView } from '../views/issues.ts';
import { pullView } from '../views/pulls.ts';
import { labelView } from '../views/repositories.ts';
import { accountOf, fullName, type World } from '../world.ts';
import { nameOf } from './issues.ts';

const LONGEST_LABEL = 50;
const MOST_ASSIGNEES = 10;
const onOne = '/repos/{owner}/{repo}/issues/{issue_number}';
const reviewers = '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';

export const labelsAndPeople: Endpoints = {
  [`GET ${onOne}/labels`]: onIssue('read', (call, issue) => {
    const { items, headers } = pageOf(call, issue.labels, issue.repository);
    return ok(
      items.map((each) => labelView(call.world, issue.repository, each)),
      headers,
    );
  }),
  // GitHub makes a label that the repository does not have.
  [`POST ${onOne}/labels`]: onIssue('write', ({ world, body }, issue) => {
    const names = listOf(body['labels']).map(nameOf);
    if (names.some((name) => name.length > LONGEST_LABEL)) {
      throw invalid({
        resource: 'Label',
        code: 'custom',
        field: 'name',
        message: 'name is too long (maximum is 50 characters)',
      });
    }
    const added = names.map((name) => ensureLabel(world, issue.repository, name));
    issue.labels = [...new Set([...issue.labels, ...added])];
    return ok(labelsOf(world, changed(world, issue)));
  }),
  [`DELETE ${onOne}/labels/{name}`]: onIssue('write', ({ world, path }, issue) => {
    const name = String(path['name']).toLowerCase();
    const left = issue.labels.filter((each) => each.name.toLowerCase() !== name);
    if (left.length === issue.labels.length) throw new Refusal(404, 'Label does not exist');
    issue.labels = left;
    return ok(labelsOf(world, changed(world, issue)));
  }),
  // Whoever cannot be assigned is left out without a word.
  [`POST ${onOne}/assignees`]: onIssue('write', (call, issue) => {
    const wanted = named(call, 'assignees').filter((account) => isAssignable(issue, account));
    issue.assignees = [...new Set([...issue.assignees, ...wanted])].slice(0, MOST_ASSIGNEES);
    return created(issueView(call.world, changed(call.world, issue)));
  }),
  [`DELETE ${onOne}/assignees`]: onIssue('write', (call, issue) => {
    const gone = named(call, 'assignees');
    issue.assignees = issue.assignees.filter((each) => !gone.includes(each));
    return ok(issueView(call.world, changed(call.world, issue)));
  }),
  [`GET ${reviewers}`]: onPull('read', ({ world }, { pull }) =>
    ok({ users: pull.reviewers.map((account) => accountView(world, account)), teams: [] }),
  ),
  [`POST ${reviewers}`]: onPull('write', (call, issue) => {
    const wanted = named(call, 'reviewers');
    if (wanted.includes(issue.author)) throw new Refusal(422, 'Review cannot be requested from pull request author.');
    if (wanted.length < listOf(call.body['reviewers']).length || wanted.some((each) => !isCollaborator(issue, each))) {
      const who = 'Reviews may only be requested from collaborators. One or more of the users or teams you specified';
      throw new Refusal(422, `${who} is not a collaborator of the ${fullName(issue.repository)} repository.`);
    }
    issue.pull.reviewers = [...new Set([...issue.pull.reviewers, ...wanted])];
    return created(pullView(call.world, changed(call.world, issue)));
  }),
  [`DELETE ${reviewers}`]: onPull('write', (call, issue) => {
    const gone = named(call, 'reviewers');
    issue.pull.reviewers = issue.pull.reviewers.filter((each) => !gone.includes(each));
    return ok(pullView(call.world, changed(call.world, issue)));
  }),
};

const labelsOf = (world: World, { repository, labels }: Issue) =>
  labels.map((each) => labelView(world, repository, each));

/** Those of the given logins that exist. */
function named({ world, body }: Call, field: string): readonly Account[] {
  return listOf(body[field]).flatMap((login) => accountOf(world, String(login)) ?? []);
}

function isCollaborator({ repository }: Issue, account: Account): boolean {
  return account === repository.owner || repository.collaborators.has(account.login.toLowerCase());
}

/** https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/assigning-issues-and-pull-requests-to-other-github-users */
function isAssignable(issue: Issue, account: Account): boolean {
  const hasWritten = account === issue.author || issue.comments.some(({ author }) => author === account);
  return hasWritten || isCollaborator(issue, account);
}

function changed<I extends Issue>(world: World, issue: I): I {
  issue.updatedAt = world.now();
  return issue;
}
