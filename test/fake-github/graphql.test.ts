// The fake GitHub’s GraphQL: GitHub’s own schema, executed on what it holds, asked by the real Octokit.
import type { Octokit } from '@octokit/rest';
import { expect } from 'chai';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Issue, PullRequest } from '../support/fake-github/state.ts';
import { failure, octokitOf, octokitWith } from './octokits.ts';

const CLOSES = `query ($owner: String!, $name: String!, $number: Int!, $first: Int, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      state
      author { login }
      closingIssuesReferences(first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { number state labels(first: 10) { nodes { name } } repository { nameWithOwner databaseId } }
      }
    }
  }
}`;

interface Closes {
  readonly repository: {
    readonly pullRequest: {
      readonly state: string;
      readonly author: { readonly login: string };
      readonly closingIssuesReferences: {
        readonly totalCount: number;
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
        readonly nodes: readonly { readonly number: number; readonly repository: { readonly nameWithOwner: string } }[];
      };
    };
  };
}

describe('the fake GitHub’s GraphQL', () => {
  let fake: FakeGitHub;
  let ticket: Issue;
  let pull: PullRequest;
  let octokit: Octokit;

  before(async () => {
    fake = await startFakeGitHub();
    const repository = fake.repository('sunbird/portal');
    ticket = fake.issue(repository, { labels: ['C4GT Community'] });
    const elsewhere = fake.issue(fake.repository('elsewhere/docs'));
    const secret = fake.issue(fake.repository('elsewhere/secret', { private: true }));
    pull = fake.pull(repository, { author: 'c4gt[bot]', mergedBy: 'devi', closes: [ticket, elsewhere, secret] });
    octokit = octokitOf(fake, repository);
  });

  after(() => fake.stop());

  const variables = (changes: object = {}) => ({
    owner: 'Sunbird',
    name: 'portal',
    number: pull.number,
    first: 100,
    ...changes,
  });
  const closes = async (changes: object = {}) =>
    (await octokit.graphql<Closes>(CLOSES, variables(changes))).repository.pullRequest;

  it('says which issues a pull request closes: those the installation may see', async () => {
    const { state, author, closingIssuesReferences } = await closes();
    expect(
      closingIssuesReferences.nodes.map(({ number, repository }) => `${repository.nameWithOwner}#${number}`),
    ).to.deep.equal(['sunbird/portal#1', 'elsewhere/docs#1']);
    expect(closingIssuesReferences.nodes[0]).to.deep.include({ labels: { nodes: [{ name: 'C4GT Community' }] } });
    // An App's login is without its `[bot]` here.
    expect([state, author.login]).to.deep.equal(['MERGED', 'c4gt']);
  });

  it('gives them in pages', async () => {
    const first = (await closes({ first: 1 })).closingIssuesReferences;
    expect(first.totalCount).to.equal(2);
    expect(first.pageInfo.hasNextPage).to.equal(true);
    const second = (await closes({ first: 1, after: first.pageInfo.endCursor })).closingIssuesReferences;
    expect([first, second].flatMap(({ nodes }) => nodes.map((each) => each.repository.nameWithOwner))).to.deep.equal([
      'sunbird/portal',
      'elsewhere/docs',
    ]);
    expect(second.pageInfo.hasNextPage).to.equal(false);
  });

  const failed = async (query: string, given: object = {}): Promise<{ message: string; errors?: { type: string }[] }> =>
    octokit.graphql(query, { ...given }).then(
      () => ({ message: 'it did not fail' }),
      (error) => error,
    );

  for (const [what, changes, type] of [
    ['a repository that is not there', { name: 'nothing' }, 'NOT_FOUND'],
    ['a repository it may not see', { owner: 'elsewhere', name: 'secret' }, 'NOT_FOUND'],
    ['a pull request that is an issue', { number: 1 }, 'NOT_FOUND'],
    ['a list without a length', { first: null }, 'MISSING_PAGINATION_BOUNDARIES'],
    ['a list that is too long', { first: 101 }, 'EXCESSIVE_PAGINATION'],
  ] as const) {
    it(`answers ${what} with an error beside the data, as GitHub does`, async () => {
      const { errors } = await failed(CLOSES, variables(changes));
      expect(errors?.map((error) => error.type)).to.deep.equal([type]);
    });
  }

  for (const [what, query, given, problem] of [
    ['a field GitHub does not have', '{ viewer { name2 } }', {}, /Cannot query field "name2" on type "User"/],
    ['a variable of another type', CLOSES, { number: 'two' }, /Variable "\$number" has invalid value/],
    ['a document that is none', '{ viewer {', {}, /Syntax Error/],
    ['what GitHub has and the fake does not', '{ viewer { login isHireable } }', {}, /does not hold User.isHireable/],
    [
      'a change',
      'mutation { unstar: removeStar(input: { starrableId: "x" }) { clientMutationId } }',
      {},
      /Mutation.removeStar/,
    ],
  ] as const) {
    it(`finds ${what}`, async () => {
      await failed(query, Object.keys(given).length > 0 ? variables(given) : {});
      expect(fake.takeViolations()[0]?.problems[0]).to.match(problem);
    });
  }

  it('wants a token, and counts by a budget of its own', async () => {
    expect(await failure(octokitWith(fake.url).graphql('{ viewer { login } }'))).to.include({ status: 401 });
    const { headers } = await octokit.request('POST /graphql', { query: '{ viewer { login } }' });
    expect(headers['x-ratelimit-resource']).to.equal('graphql');
    const { data } = await octokit.request('GET /rate_limit');
    expect(Number(headers['x-ratelimit-remaining'])).to.equal(data.resources.graphql?.remaining);
  });

  it('is where GitHub Enterprise Server has it, too', async () => {
    const enterprise = octokitOf(fake, ticket.repository, fake.enterpriseUrl);
    expect(await enterprise.graphql('{ viewer { login } }')).to.deep.equal({ viewer: { login: 'c4gt' } });
  });
});
