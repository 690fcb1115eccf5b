// What was found by asking GitHub is read like what GitHub delivers: as state, never as something that has just happened.
import { expect } from 'chai';
import { checkFamily } from '../../src/consumers/family.ts';
import { inferEvents } from '../../src/consumers/infer-event.ts';
import { parsePayload } from '../../src/consumers/payload.ts';
import { consumerOf, consumers } from '../../src/consumers/registry.ts';
import { learn } from '../../src/facts/knowledge.ts';
import { stateFacts } from '../../src/facts/state.ts';
import { foundGone, foundIssue, foundPullRequest, foundRepository } from '../../src/github/found.ts';
import type { Issue } from '../../src/models/issue.ts';
import type { PullRequest } from '../../src/models/pull-request.ts';
import type { Repository } from '../../src/models/repository.ts';
import { InvalidPayload } from '../../src/models/validate.ts';

const asha = { id: 101, login: 'asha', type: 'User' };
const repository: Repository = {
  ...{ id: 9, name: 'core', full_name: 'org/core', private: false, updated_at: '2026-01-01T00:00:00Z' },
  owner: { id: 1, login: 'org', type: 'Organization' },
};
const plain = { title: 'CSV', body: null, html_url: 'https://github.com/org/core/1', user: asha };
const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-02T00:00:00Z' };
const issue: Issue = { number: 1, state: 'open', ...plain, ...times };
const pullRequest: PullRequest = {
  ...{ number: 2, state: 'open', ...plain, ...times },
  ...{ base: { ref: 'main', sha: 'a' }, head: { ref: 'csv', sha: 'b' } },
};
const label = { id: 5, name: 'C4GT' };
const place = { installation: 77, repository };

const read = ({ event, body }: { event: string; body: Uint8Array }) =>
  consumerOf(event)?.read(parsePayload(body)) ?? expect.fail();
const ofIssue = (changes: Partial<Issue>) => read(foundIssue({ ...place, issue: { ...issue, ...changes } }));
const foundAs = (changes: Partial<Repository>) =>
  foundRepository({ ...place, repository: { ...repository, ...changes }, asked: '2026-02-02T02:02:02.222Z' });
const ofPull = (changes: Partial<PullRequest>) =>
  read(foundPullRequest({ ...place, pullRequest: { ...pullRequest, ...changes } }));

describe('what was found', () => {
  it('has the same GUID whenever it is the same, and another one when it is not', () => {
    const { guid } = foundIssue({ ...place, issue });
    expect(guid).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    const pushed = { ...repository, updated_at: '2026-05-05T00:00:00Z', open_issues: 7 };
    const noisy = { ...issue, reactions: { total_count: 3 } };
    expect(foundIssue({ ...place, repository: pushed, issue: noisy }).guid).to.equal(guid);
    expect(foundIssue({ ...place, issue: { ...issue, title: 'TSV' } }).guid).not.to.equal(guid);
    expect(foundIssue({ ...place, installation: 78, issue }).guid).not.to.equal(guid);
  });

  it('says where it is, and that nobody did anything', () => {
    const { action, facts } = ofIssue({});
    expect(action).to.equal('backfilled');
    expect(facts).to.include({
      'installation.id': 77,
      'organization.login': 'org',
      'repository.full_name': 'org/core',
    });
    expect(facts).to.include({ sender: null, 'repository.private': false });
  });

  const implied: readonly (readonly [what: string, implied: readonly string[] | undefined, wanted: string[]])[] = [
    ['an issue', ofIssue({}).implied, ['issues.opened']],
    [
      'an issue with everything',
      ofIssue({
        ...{ labels: [label], assignees: [asha], milestone: { title: 'v1' }, type: { name: 'Bug' }, locked: true },
        ...{ state: 'closed', comments: 2 },
      }).implied,
      [
        ...['issues.opened', 'issues.labeled', 'issues.assigned', 'issues.milestoned', 'issues.locked'],
        ...['issues.closed', 'issues.typed', 'issue_comment.created'],
      ],
    ],
    ['a pull request', ofPull({ assignees: [], requested_reviewers: [] }).implied, ['pull_request.opened']],
    [
      'a merged pull request',
      ofPull({ state: 'closed', labels: [label], requested_reviewers: [asha] }).implied,
      ['pull_request.opened', 'pull_request.labeled', 'pull_request.closed', 'pull_request.review_requested'],
    ],
  ];
  for (const [what, given, wanted] of implied) {
    it(`implies of ${what}: ${wanted.join(', ')}`, () => expect(given).to.deep.equal(wanted));
  }

  it('implies nothing of a pull request that comes as an issue, and teaches nothing of it', () => {
    expect(ofIssue({ pull_request: {} })).not.to.have.property('observation');
  });

  it('is no older than what it has the time of, and takes nothing back that is newer', () => {
    const seen = (changes: Partial<Issue>) => ofIssue(changes).observation ?? expect.fail();
    const newer = { title: 'new', updated_at: '2026-01-03T00:00:00Z' };
    const known = [seen({}), seen(newer), seen({})].reduce(
      (before, observation) => learn(before, ['issues.opened', 'issues.labeled'], observation),
      null as ReturnType<typeof learn> | null,
    );
    expect(known?.events).to.deep.equal(['issues.labeled', 'issues.opened']);
    expect(stateFacts(known ?? expect.fail(), null)['issue.title']).to.equal('new');
  });

  it('of a pull request in a list leaves standing what only the full form tells', () => {
    const full = ofPull({ merged: true, merged_by: asha, merged_at: '2026-01-02T00:00:00Z', state: 'closed' });
    const listed = ofPull({ merged_at: '2026-01-02T00:00:00Z', state: 'closed', updated_at: '2026-01-09T00:00:00Z' });
    const knowledge = learn(
      learn(null, 'pull_request.closed', full.observation ?? expect.fail()),
      listed.implied ?? [],
      listed.observation ?? expect.fail(),
    );
    const facts = stateFacts(knowledge, null);
    expect(facts).to.include({ 'pull_request.merged': true, 'pull_request.updated_at': '2026-01-09T00:00:00Z' });
    expect(facts['pull_request.merged_by.login']).to.equal('asha');
  });

  it('is no event that rules, or a payload in a file, can name', () => {
    expect(Object.values(consumers).flatMap(({ actions }) => actions)).not.to.include('backfilled');
    for (const { body } of [foundIssue({ ...place, issue }), foundGone({ ...place, number: 1 }), foundAs({})])
      expect(inferEvents(parsePayload(body))).to.deep.equal([]);
  });

  it("is not made of a body that anybody's `repository_dispatch` can have", () => {
    const dispatch = { action: 'backfilled', branch: 'main', client_payload: { issue }, repository, sender: asha };
    expect(() => consumers.issues.read(dispatch)).to.throw(InvalidPayload, 'issue is missing');
    const gone = { ...dispatch, client_payload: { gone: { number: 1 } } };
    expect(() => consumers.issues.read(gone)).to.throw(InvalidPayload, 'issue is missing');
  });

  it('to be gone is gone, whenever that is heard of, and nothing is said to have just happened', () => {
    const gone = read(foundGone({ ...place, number: 1 }));
    expect(gone).to.deep.include({ action: 'backfilled', implied: [] });
    const there = ofIssue({});
    const [first, last] = [there.observation ?? expect.fail(), gone.observation ?? expect.fail()];
    const heard = learn(learn(null, there.implied ?? [], first), gone.implied ?? [], last);
    expect(learn(learn(null, gone.implied ?? [], last), there.implied ?? [], first)).to.deep.equal(heard);
    expect(heard).to.deep.include({ gone: true, events: ['issues.opened'] });
    expect(stateFacts(heard, null)).to.include({ 'issue.title': 'CSV', 'repository.full_name': 'org/core' });
  });

  it('of a repository is its state, of the time that GitHub gives it, or else of when GitHub was asked', () => {
    const { action, implied, facts, observation } = read(foundAs({ private: true }));
    expect({ action, implied }).to.deep.equal({ action: 'backfilled', implied: [] });
    expect(facts).to.include({ sender: null, 'repository.private': true });
    expect(observation).to.deep.include({ subject: { kind: 'repository', repositoryId: 9, number: 0 } });
    expect(observation?.snapshot?.at).to.equal('2026-01-01T00:00:00Z');
    expect(read(foundAs({ updated_at: null })).observation?.snapshot?.at).to.equal('2026-02-02T02:02:02Z');
  });

  const [then, later] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:09Z'];
  const told = (action: string, isPrivate: boolean, updated_at: string) =>
    consumers.repository.read({ action, repository: { ...repository, private: isPrivate, updated_at }, sender: asha });
  const found = (isPrivate: boolean, updated_at: string) => read(foundAs({ private: isPrivate, updated_at }));
  for (const [what, one, other, wanted] of [
    ['private outlives what was told before', told('edited', false, then), found(true, later), true],
    ['private gives way to what was told after', told('publicized', false, later), found(true, then), false],
    ['private counts in the same second', told('edited', false, then), found(true, then), true],
    ['public outlives what was told before', told('privatized', true, then), found(false, later), false],
    ['public gives way to what was told after', told('privatized', true, later), found(false, then), true],
    ['public does not count in the same second', told('edited', true, then), found(false, then), true],
  ] as const)
    it(`of a repository that was ${what}, whichever is heard of first`, () => {
      for (const heard of [
        [one, other],
        [other, one],
      ]) {
        const knowledge = heard.reduce(
          (before, { implied, observation }) => learn(before, implied ?? 'repository', observation ?? expect.fail()),
          null as ReturnType<typeof learn> | null,
        );
        expect(stateFacts(knowledge ?? expect.fail(), null)['repository.private']).to.equal(wanted);
      }
    });

  it('of a repository is not made of a `repository_dispatch` that is sent again as another event', () => {
    const dispatch = { action: 'backfilled', branch: 'main', client_payload: {}, repository, sender: asha };
    expect(() => checkFamily('repository', dispatch)).to.throw(InvalidPayload, 'branch');
    expect(() => checkFamily('repository', parsePayload(foundAs({}).body))).to.not.throw();
  });

  it('to be gone is told by us alone: of no action of GitHub’s', () => {
    const body = parsePayload(foundGone({ ...place, number: 1 }).body) as object;
    for (const action of ['deleted', 'opened', 'edited'])
      expect(() => consumers.issues.read({ ...body, action })).to.throw(InvalidPayload, 'action');
  });
});
