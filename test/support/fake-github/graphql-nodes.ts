// What GraphQL queries reach: repositories, issues, pull requests and the issues these close.
import { GraphQLError } from 'graphql';
import { type Asker, allow } from './asker.ts';
import { isPull } from './endpoint.ts';
import { connectionOf, type Paging } from './graphql-connection.ts';
import type { Account, Comment, Issue, PullRequest, Repository, Review } from './state.ts';
import { nodeId, time, timeOrNull } from './views/time.ts';
import { fullName, repositoryOf, type World } from './world.ts';

export function rootOf(world: World, asker: Asker) {
  const nodes = nodesFor(asker);
  return {
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const repository = repositoryOf(world, `${owner}/${name}`);
      if (repository === undefined || !sees(asker, repository))
        throw unresolved('Repository', `name '${owner}/${name}'`);
      return nodes.repository(repository);
    },
    viewer: () => (asker.kind === 'installation' ? nodes.actor(asker.installation.app.bot) : null),
  };
}

function sees(asker: Asker, repository: Repository): boolean {
  try {
    allow(asker, repository, ['metadata', 'issues', 'pull_requests'], 'read');
    return true;
  } catch {
    return false;
  }
}

const unresolved = (type: string, what: string) =>
  new GraphQLError(`Could not resolve to ${/^[IA]/.test(type) ? 'an' : 'a'} ${type} with the ${what}.`, {
    extensions: { type: 'NOT_FOUND' },
  });

function nodesFor(asker: Asker) {
  const actor = ({ id, login, type }: Account) => ({
    __typename: type,
    id: nodeId('U', id),
    databaseId: id,
    // Here an App's login is without `[bot]`.
    login: login.replace(/\[bot\]$/, ''),
    url: `https://github.com/${login}`,
  });
  const repository = (held: Repository): object => ({
    __typename: 'Repository',
    id: nodeId('R', held.id),
    databaseId: held.id,
    name: held.name,
    nameWithOwner: fullName(held),
    url: `https://github.com/${fullName(held)}`,
    isPrivate: held.private,
    isArchived: held.archived,
    hasIssuesEnabled: held.hasIssues,
    owner: () => actor(held.owner),
    issue: ({ number }: { number: number }) => {
      const found = held.issues.get(number);
      if (found === undefined || found.deleted || isPull(found)) throw unresolved('Issue', `number of ${number}`);
      return issue(found);
    },
    pullRequest: ({ number }: { number: number }) => {
      const found = held.issues.get(number);
      if (found === undefined || !isPull(found)) throw unresolved('PullRequest', `number of ${number}`);
      return pullRequest(found);
    },
  });
  const shared = (held: Issue) => ({
    fullDatabaseId: String(held.pull?.id ?? held.id),
    number: held.number,
    title: held.title,
    body: held.body ?? '',
    url: `https://github.com/${fullName(held.repository)}/${isPull(held) ? 'pull' : 'issues'}/${held.number}`,
    closed: held.state === 'closed',
    locked: held.locked,
    createdAt: time(held.createdAt),
    updatedAt: time(held.updatedAt),
    closedAt: timeOrNull(held.closedAt),
    author: () => actor(held.author),
    repository: () => repository(held.repository),
    labels: (args: Paging) =>
      connectionOf(args, 'labels', held.labels, ({ id, name, color, description }) => {
        return { __typename: 'Label', id: nodeId('LA', id), name, color, description };
      }),
    assignees: (args: Paging) => connectionOf(args, 'assignees', held.assignees, actor),
    comments: (args: Paging) => connectionOf(args, 'comments', held.comments, comment),
  });
  const issue = (held: Issue): object => ({
    ...shared(held),
    __typename: 'Issue',
    id: nodeId('I', held.id),
    state: held.state.toUpperCase(),
    stateReason: held.stateReason?.toUpperCase() ?? null,
  });
  const pullRequest = (held: PullRequest): object => ({
    ...shared(held),
    __typename: 'PullRequest',
    id: nodeId('PR', held.pull.id),
    state: held.pull.mergedAt === null ? held.state.toUpperCase() : 'MERGED',
    isDraft: held.pull.draft,
    merged: held.pull.mergedAt !== null,
    mergedAt: timeOrNull(held.pull.mergedAt),
    mergedBy: () => held.pull.mergedBy && actor(held.pull.mergedBy),
    headRefOid: held.pull.headSha,
    reviews: (args: Paging) => connectionOf(args, 'reviews', held.pull.reviews, review),
    files: (args: Paging) =>
      connectionOf(args, 'files', held.pull.files, ({ filename, additions, deletions }) => {
        return { __typename: 'PullRequestChangedFile', path: filename, additions, deletions };
      }),
    // Those in repositories that the asker may not see are not there for it.
    closingIssuesReferences: ({ userLinkedOnly, ...args }: Paging & { userLinkedOnly?: boolean | null }) => {
      const { closes, linked } = held.pull;
      const all = userLinkedOnly === true ? linked : [...new Set([...closes, ...linked])];
      const visible = all.filter((each) => !each.deleted && sees(asker, each.repository));
      return connectionOf(args, 'closingIssuesReferences', visible, issue);
    },
  });
  const comment = (held: Comment) => ({
    ...{ __typename: 'IssueComment', id: nodeId('IC', held.id), databaseId: held.id, body: held.body },
    ...{ createdAt: time(held.createdAt), author: () => actor(held.author) },
  });
  const review = (held: Review) => ({
    ...{ __typename: 'PullRequestReview', id: nodeId('PRR', held.id), state: held.state, body: held.body },
    ...{ submittedAt: time(held.submittedAt), author: () => actor(held.author) },
  });
  return { actor, repository };
}
