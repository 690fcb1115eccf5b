// A request that GitHub would refuse, or would silently take for something else, is found, whatever the test looks at.
import type { Octokit } from '@octokit/rest';
import { expect } from 'chai';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { failure, octokitOf } from './octokits.ts';

const place = { owner: 'sunbird', repo: 'portal', issue_number: 1 };
const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const checks = 'POST /repos/{owner}/{repo}/check-runs';

/** Route, parameters, and what is said of it. */
const wrong: readonly (readonly [what: string, route: string, parameters: object, problem: string | RegExp])[] = [
  ['a body without what it needs', `POST ${COMMENTS}`, { text: 'x' }, "body must have required property 'body'"],
  ['no body at all', `POST ${COMMENTS}`, {}, 'body is missing'],
  [
    'a field GitHub does not know',
    `POST ${COMMENTS}`,
    { body: 'x', bodi: 'y' },
    'body must NOT have additional properties: bodi',
  ],
  ['a field of another type', `POST ${COMMENTS}`, { body: 5 }, 'body/body must be string'],
  [
    'an unknown value',
    'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    { state: 'shut' },
    'body/state must be equal to one of the allowed values: open, closed',
  ],
  [
    'an unknown reaction',
    'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions',
    { content: 'wow' },
    /^body\/content must be equal/,
  ],
  [
    'an unknown value in the address',
    'GET /repos/{owner}/{repo}/issues',
    { state: 'shut' },
    /^query\/state must be equal/,
  ],
  [
    'an unknown parameter',
    `GET ${COMMENTS}`,
    { direction: 'asc' },
    /^query must NOT have additional properties: .*direction/,
  ],
  ['a number that is none', `GET ${COMMENTS}`, { issue_number: 'one' }, 'path/issue_number must be integer'],
  ['a time that is none', `GET ${COMMENTS}`, { since: 'yesterday' }, 'query/since must match format "date-time"'],
  ['pages that are too large', `GET ${COMMENTS}`, { per_page: 200 }, /^query\/per_page must be 1 to 100/],
  [
    'a body that is not read',
    'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
    { comment_id: 1, reason: 'x' },
    'body is not read by GitHub',
  ],
  [
    'a completed check without a conclusion',
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    { check_run_id: 1, status: 'completed' },
    "body must have required property 'conclusion'",
  ],
  [
    'a summary that is too long',
    checks,
    { name: 'x', head_sha: 'y', output: { title: 'x', summary: 'x'.repeat(65_536) } },
    /^body\/output\/summary must NOT have more than/,
  ],
  ['a path GitHub does not have', 'GET /repos/{owner}/{repo}/isues', {}, 'GitHub describes no such method and path'],
  ['a method the path does not have', `PUT ${COMMENTS}`, {}, 'GitHub describes no such method and path'],
  [
    'a place in the path left empty',
    `GET ${COMMENTS}`,
    { issue_number: '' },
    'GitHub describes no such method and path',
  ],
  [
    'what GitHub has and the fake does not',
    'GET /repos/{owner}/{repo}/milestones',
    {},
    /^the fake GitHub does not know GET/,
  ],
  [
    'a parameter GitHub has and the fake does not',
    'GET /repos/{owner}/{repo}/issues',
    { milestone: '*' },
    /does not know what milestone does/,
  ],
];

describe('the fake GitHub finds', () => {
  let fake: FakeGitHub;
  let octokit: Octokit;

  before(async () => {
    fake = await startFakeGitHub();
    const repository = fake.repository('sunbird/portal');
    fake.issue(repository);
    octokit = octokitOf(fake, repository);
  });

  after(() => fake.stop());

  for (const [what, route, parameters, problem] of wrong) {
    it(what, async () => {
      const given = { ...place, ...parameters };
      // What the path does not name would be sent along.
      const { issue_number, ...rest } = given;
      const failed = await failure(octokit.request(route, route.includes('issue_number') ? given : rest));
      expect(failed.status).to.be.oneOf([500, 501]);
      expect(() => fake.assertValid()).to.throw(/GitHub does not allow/);
      const problems = fake.takeViolations().flatMap((each) => each.problems);
      expect(
        problems.filter((each) => (typeof problem === 'string' ? each === problem : problem.test(each))),
      ).not.to.deep.equal([]);
      fake.assertValid();
    });
  }

  it('a body that is no JSON', async () => {
    const url = `${fake.url}/repos/sunbird/portal/issues/1/comments`;
    for (const headers of [{ 'content-type': 'application/json' }, { 'content-type': 'text/plain' }]) {
      expect((await fetch(url, { method: 'POST', headers, body: '{' })).status).to.equal(500);
    }
    const problems = fake.takeViolations().flatMap((each) => each.problems);
    expect(problems[0]).to.match(/^body is no JSON/);
    expect(problems[1]).to.equal('body is sent as text/plain');
  });

  it('a parameter that is given twice', async () => {
    await fetch(`${fake.url}/repos/sunbird/portal/issues?state=all&state=open`);
    expect(fake.takeViolations()[0]?.problems).to.deep.equal(['query/state is given twice']);
  });

  it('and does nothing of it, and fails whoever stops it', async () => {
    const one = await startFakeGitHub();
    const issue = one.issue(one.repository('sunbird/portal'));
    await failure(octokitOf(one, issue.repository).request(`POST ${COMMENTS}`, { ...place, body: 'x', more: 1 }));
    expect(issue.comments).to.deep.equal([]);
    const stopped = await one.stop().then(
      () => 'well',
      (error: Error) => error.message,
    );
    expect(stopped).to.equal(
      'requests that GitHub does not allow:\nPOST /repos/sunbird/portal/issues/1/comments\n  body must NOT have additional properties: more',
    );
  });
});
