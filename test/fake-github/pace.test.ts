// The fake GitHub counts: budgets run down and come back, and whoever writes too fast is found by its clock.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Octokit } from '@octokit/rest';
import { expect } from 'chai';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { failure, octokitOf, octokitWith } from './octokits.ts';

const place = { owner: 'sunbird', repo: 'portal' };
const minute = 60_000;

describe('the pace at which the fake GitHub is asked', () => {
  let time: number;
  let fake: FakeGitHub;
  let octokit: Octokit;

  beforeEach(async () => {
    time = Date.now();
    fake = await startFakeGitHub({ now: () => time, requestsPerHour: 1_000 });
    const repository = fake.repository('sunbird/portal');
    fake.issue(repository);
    octokit = octokitOf(fake, repository);
    const { token } = (await octokit.auth({ type: 'installation' })) as { token: string };
    // As it is: the tests set the time forward, and Octokit's would expire.
    octokit = octokitWith(fake.url, token);
  });

  afterEach(() => fake.stop());

  const comment = (by = octokit) => by.rest.issues.createComment({ ...place, issue_number: 1, body: 'Hello' });
  const read = (by = octokit) => by.rest.issues.get({ ...place, issue_number: 1 });

  it('is kept by writes a second apart, whatever is read between them', async () => {
    for (let at = 0; at < 3; at += 1) {
      await comment();
      await read();
      time += 1_000;
    }
    fake.assertPaced();
  });

  it('is not kept by writes less than a second apart', async () => {
    await comment();
    time += 999;
    await comment();
    expect(() => fake.assertPaced()).to.throw(
      /^POST .*\/issues\/1\/comments came 999 ms after POST .*\/issues\/1\/comments$/,
    );
    fake.assertPaced({ apart: 900 });
  });

  it('is each installation’s own', async () => {
    const other = fake.repository('elsewhere/docs');
    fake.issue(other);
    await comment();
    await octokitOf(fake, other).rest.issues.createComment({
      owner: 'elsewhere',
      repo: 'docs',
      issue_number: 1,
      body: 'x',
    });
    fake.assertPaced();
  });

  it('is not kept by a write while another is under way', async () => {
    const script = fake.faults.add('POST /repos/**', 'hang');
    const first = comment();
    while (script.hits === 0) await sleep(1);
    time += minute;
    await comment();
    time += minute;
    script.release();
    await first;
    expect(() => fake.assertPaced()).to.throw(/came during POST/);
  });

  it('is not kept by more writes in a minute or an hour than GitHub takes, nor by more requests than the budget', async () => {
    for (let at = 0; at < 6; at += 1) {
      await comment();
      await read();
      time += 12_001;
    }
    fake.assertPaced({ perMinute: 5, perHour: 6, requestsPerHour: 12 });
    expect(() => fake.assertPaced({ perMinute: 4 })).to.throw(/was sent 5 writes in a minute, 4 are allowed/);
    expect(() => fake.assertPaced({ perHour: 5 })).to.throw(/was sent 6 writes in an hour, 5 are allowed/);
    expect(() => fake.assertPaced({ requestsPerHour: 11 })).to.throw(/was sent 12 requests in an hour, 11 are allowed/);
  });

  const left = (headers: Record<string, unknown>) =>
    ['limit', 'remaining', 'used'].map((name) => Number(headers[`x-ratelimit-${name}`]));

  it('runs a budget down, until there is nothing left, and it comes back', async () => {
    expect(left((await read()).headers)).to.deep.equal([1_000, 999, 1]);
    expect(left((await read()).headers)).to.deep.equal([1_000, 998, 2]);
    fake.exhaust(fake.installationOf([...fake.world.repositories.values()][0] ?? fake.repository('x/y')), 5 * minute);
    const refused = await failure(read());
    expect(refused.message).to.match(/API rate limit exceeded for installation ID \d+/);
    expect(refused).to.include({ status: 403 });
    expect(left(refused.response?.headers ?? {})).to.deep.equal([1_000, 0, 1_000]);
    expect(Number(refused.response?.headers['x-ratelimit-reset']) * 1_000).to.be.closeTo(time + 5 * minute, 1_000);
    time += 5 * minute;
    expect(left((await read()).headers)).to.deep.equal([1_000, 999, 1]);
  });

  it('lets nobody in particular ask 60 times an hour', async () => {
    const open = octokitWith(fake.url);
    for (let at = 0; at < 60; at += 1) await read(open);
    expect(await failure(read(open))).to.include({ status: 403 });
  });
});
