// Which requests a fault of the fake GitHub hits: by pattern, by number, by what they say, by seeded chance.
import type { Octokit } from '@octokit/rest';
import { expect } from 'chai';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { octokitOf } from './octokits.ts';

const place = { owner: 'sunbird', repo: 'portal', issue_number: 1 };
const COMMENTS = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';

describe('a script of the fake GitHub', () => {
  let fake: FakeGitHub;
  let octokit: Octokit;

  beforeEach(async () => {
    fake = await startFakeGitHub();
    const repository = fake.repository('sunbird/portal');
    fake.issue(repository);
    octokit = octokitOf(fake, repository);
  });

  afterEach(() => fake.stop());

  const comment = () => octokit.rest.issues.createComment({ ...place, body: 'Hello' });

  it('hits the nth request, as often as it is told', async () => {
    fake.faults.add(COMMENTS, 'notFound', { nth: [2, 4] });
    fake.faults.add('GET /repos/**', 'gone', { times: 2 });
    const statuses: number[] = [];
    for (let at = 0; at < 5; at += 1) {
      statuses.push(
        await comment().then(
          ({ status }) => status,
          ({ status }) => status,
        ),
      );
      await octokit.rest.issues.get(place).catch(({ status }) => statuses.push(status));
    }
    expect(statuses).to.deep.equal([201, 410, 404, 410, 201, 404, 201]);
  });

  it('hits only what it is meant for', async () => {
    fake.faults.add('PATCH|DELETE /repos/**', 'notFound');
    fake.faults.add('POST /repos/{owner}/{repo}/issues/{issue_number}', 'notFound');
    fake.faults.add(COMMENTS, 'notFound', { where: ({ text }) => text.includes('another') });
    await comment();
    const script = fake.faults.add('* /repos/sunbird/**', 'notFound');
    script.stop();
    await comment();
    expect(script.hits).to.equal(0);
  });

  it('by chance is the same for the same seed', async () => {
    const play = async (seed: number): Promise<string> => {
      fake.faults.clear();
      fake.faults.add(COMMENTS, ['notFound', 'resetAfterCommit', { kind: 'badGateway', committed: true }], {
        probability: 0.5,
        seed,
      });
      const from = fake.log.length;
      for (let at = 0; at < 12; at += 1) await comment().catch(() => undefined);
      return fake.log
        .slice(from)
        .filter(({ isWrite }) => isWrite)
        .map(({ fault }) => fault)
        .join(' ');
    };
    const first = await play(7);
    expect(await play(7)).to.equal(first);
    expect(await play(8)).not.to.equal(first);
    expect(new Set(first.split(' '))).to.include.members(['', 'notFound']);
  });
});
