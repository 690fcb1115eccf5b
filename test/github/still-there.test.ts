// Whether an issue is still where it was is said by GitHub itself, twice, and in doubt it is.
import { expect } from 'chai';
import { createGitHubApp } from '../../src/github/app.ts';
import type { GitHub } from '../../src/github/github.ts';
import { absentIssues, issueStays } from '../../src/github/still-there.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Issue, Repository } from '../support/fake-github/state.ts';
import { fullName } from '../support/fake-github/world.ts';
import { quiet, rejection } from './scripted-server.ts';

describe('an issue', () => {
  let fake: FakeGitHub;
  let github: GitHub;
  let home: Repository;
  let issues: readonly Issue[];
  beforeEach(async () => {
    fake = await startFakeGitHub();
    home = fake.repository('org/core');
    issues = Array.from({ length: 6 }, () => fake.issue(home));
    const { id: appId, privateKey } = fake.app;
    const app = createGitHubApp({ appId, privateKey, apiUrl: fake.url, log: quiet });
    github = app.installation(fake.installationOf(home).id);
  });
  afterEach(() => fake.stop());

  const about = () => ({ id: home.id, name: home.name, full_name: fullName(home) });
  const absent = (...numbers: number[]) => absentIssues(github, about(), numbers);
  const stays = async (number: number) => (await issueStays(github, about(), number))?.number ?? null;
  const issue = (number: number) => issues[number - 1] ?? expect.fail();

  it('is there, deleted, moved to where we may look, or to where we may not', async () => {
    issue(2).deleted = true;
    fake.transfer(issue(3), fake.repository('org/other'));
    fake.transfer(issue(4), fake.repository('else/where', { private: true, installed: false }));
    expect(await absent(1, 2, 3, 4, 5)).to.deep.equal([2, 3, 4]);
    for (const [number, there] of [
      [1, 1],
      [2, null],
      [3, null],
      [4, null],
      [5, 5],
    ] as const)
      expect(await stays(number), `issue ${number}`).to.equal(there);
  });

  it('that was moved to another repository under its own number is not there', async () => {
    const other = fake.repository('org/other');
    for (let number = 1; number < 6; number++) fake.issue(other);
    expect(fake.transfer(issue(6), other).number).to.equal(6);
    expect(await absent(6)).to.deep.equal([6]);
    expect(await stays(6)).to.equal(null);
  });

  it('of a repository that is called otherwise by now is there', async () => {
    const before = about();
    fake.rename(home, 'heart');
    expect(await absentIssues(github, before, [1])).to.deep.equal([]);
  });

  it('of a repository whose name another one has by now is not said to be gone', async () => {
    const before = about();
    fake.rename(home, 'heart');
    fake.repository('org/core');
    expect(await absentIssues(github, before, [1, 2])).to.deep.equal([]);
  });

  it('is not said to be gone while issues are switched off', async () => {
    home.hasIssues = false;
    issue(1).deleted = true;
    expect(await absent(1, 2)).to.deep.equal([]);
    expect(await rejection(stays(2))).to.include({ status: 410 });
  });

  it('is not said to be gone by a GitHub that has a fault, or does not let us look', async () => {
    const where = 'GET /repos/org/core/issues/1';
    for (const [status, message] of [
      [500, 'oops'],
      [403, 'Resource not accessible by integration'],
      [451, 'blocked'],
    ] as const) {
      fake.faults.add(where, { kind: 'answer', status, body: { message } });
      expect(await rejection(stays(1)), String(status)).to.include({ status });
    }
    fake.faults.add('POST /graphql', 'badGateway');
    expect(await rejection(absent(1))).to.include({ kind: 'passing' });
  });

  it('is asked for with up to a hundred others at once', async () => {
    const numbers = Array.from({ length: 100 }, (_, at) => at + 1);
    expect(await absent(...numbers)).to.deep.equal(numbers.slice(6));
    expect(fake.log.filter(({ path }) => path === '/graphql')).to.have.length(1);
  });
});
