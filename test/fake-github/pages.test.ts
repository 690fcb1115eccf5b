// The fake GitHub gives lists in pages whose links lead through all of them, as Octokit follows them.
import { expect } from 'chai';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Issue } from '../support/fake-github/state.ts';
import { octokitOf, octokitOfApp } from './octokits.ts';

const place = { owner: 'sunbird', repo: 'portal' };

describe('a list of the fake GitHub', () => {
  let fake: FakeGitHub;
  let issue: Issue;

  before(async () => {
    fake = await startFakeGitHub();
    issue = fake.issue(fake.repository('sunbird/portal'));
    for (let at = 1; at <= 250; at += 1) fake.comment(issue, String(at), 'asha');
    for (let at = 1; at <= 250; at += 1) fake.delivered({ event: 'ping', guid: String(at) });
  });

  after(() => fake.stop());

  for (const [size, pages] of [
    [100, 3],
    [50, 5],
    [30, 9],
    [undefined, 9],
  ] as const) {
    it(`is whole after ${pages} pages of ${size ?? 'no given size'}`, async () => {
      const octokit = octokitOf(fake, issue.repository);
      const from = fake.log.length;
      const whole = await octokit.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...{ ...place, issue_number: 1 },
        ...(size === undefined ? {} : { per_page: size }),
      });
      expect(whole.map(({ body }) => Number(body))).to.deep.equal(Array.from({ length: 250 }, (_, at) => at + 1));
      expect(fake.log.slice(from).filter(({ method }) => method === 'GET')).to.have.length(pages);
    });
  }

  it('has links by the repository’s number, with what was asked', async () => {
    const octokit = octokitOf(fake, issue.repository);
    const linksOf = async (page: number): Promise<unknown> => {
      const { headers } = await octokit.rest.issues.listComments({ ...place, issue_number: 1, per_page: 100, page });
      return headers.link;
    };
    const link = (rel: string, page: number) => {
      const path = `/repositories/${issue.repository.id}/issues/1/comments`;
      return `<${fake.url}${path}?per_page=100&page=${page}>; rel="${rel}"`;
    };
    expect(await linksOf(1)).to.equal([link('next', 2), link('last', 3)].join(', '));
    expect(await linksOf(2)).to.equal([link('prev', 1), link('next', 3), link('last', 3), link('first', 1)].join(', '));
    expect(await linksOf(3)).to.equal([link('prev', 2), link('first', 1)].join(', '));
    expect(await linksOf(9)).to.equal([link('prev', 3), link('first', 1)].join(', '));
  });

  it('has no links when it fits on one page', async () => {
    const octokit = octokitOf(fake, issue.repository);
    const { headers, data } = await octokit.rest.issues.listForRepo({ ...place, state: 'all' });
    expect([headers.link, data.length]).to.deep.equal([undefined, 1]);
  });

  it('counts all that there are, whatever the page', async () => {
    const octokit = octokitOf(fake, issue.repository);
    for (let at = 2; at <= 35; at += 1) fake.repository(`sunbird/repository-${at}`);
    const { data } = await octokit.rest.apps.listReposAccessibleToInstallation({ per_page: 10, page: 4 });
    expect([data.total_count, data.repositories.length]).to.deep.equal([35, 5]);
    const whole = await octokit.paginate('GET /installation/repositories', { per_page: 10 });
    expect(whole.map(({ id }) => id)).to.deep.equal([...fake.world.repositories.keys()]);
  });

  it('of deliveries goes by cursor, newest first', async () => {
    const whole = await octokitOfApp(fake).paginate('GET /app/hook/deliveries', { per_page: 100 });
    expect(whole.map(({ guid }) => Number(guid))).to.deep.equal(Array.from({ length: 250 }, (_, at) => 250 - at));
  });

  it('stays where GitHub Enterprise Server has it', async () => {
    const octokit = octokitOf(fake, issue.repository, fake.enterpriseUrl);
    const { headers } = await octokit.rest.issues.listComments({ ...place, issue_number: 1 });
    expect(headers.link).to.contain(`<${fake.enterpriseUrl}/repositories/`);
    expect(await octokit.paginate(octokit.rest.issues.listComments, { ...place, issue_number: 1 })).to.have.length(250);
  });
});
