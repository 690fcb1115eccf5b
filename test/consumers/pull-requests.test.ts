// What pull requests and their reviews tell.
import { expect } from 'chai';
import { CODERTOCAT, read } from './examples.ts';

const PULL_REQUEST = { kind: 'pull_request', repositoryId: 186853002, number: 2 };

describe('pull requests', () => {
  const merged = {
    'pull_request.merged': true,
    'pull_request.merged_at': '2019-05-15T15:21:18Z',
    'pull_request.merged_by': { id: 1, login: 'octocat' },
  };

  it('offer what points are awarded for', () => {
    expect(read('pull_request.closed', merged).facts).to.deep.include({
      'pull_request.merged': true,
      'pull_request.merged_at': '2019-05-15T15:21:18Z',
      'pull_request.merged_by': { id: 1, login: 'octocat' },
      'pull_request.merged_by.login': 'octocat',
      'pull_request.author.login': 'Codertocat',
      'pull_request.base.ref': 'master',
      'pull_request.additions': 1,
      'pull_request.draft': false,
    });
  });

  it('leave teams out of the requested reviewers', () => {
    const reviewers = [CODERTOCAT, { id: 1, slug: 'team', name: 'Team' }];
    const { facts } = read('pull_request.opened', { 'pull_request.requested_reviewers': reviewers });
    expect(facts['pull_request.requested_reviewers']).to.deep.equal([CODERTOCAT]);
  });

  it('settle their state and merge when closed', () => {
    const { observation } = read('pull_request.closed', merged);
    expect(observation?.subject).to.deep.equal(PULL_REQUEST);
    expect(observation?.snapshot).to.include({ shape: 'pull_request', at: '2019-05-15T15:21:18Z', rank: 3 });
    expect(observation?.snapshot?.deltas).to.deep.equal([
      { fact: 'pull_request.state', set: 'closed' },
      { fact: 'pull_request.merged', set: true },
    ]);
  });

  it('settle whether they are drafts', () => {
    const drafted = read('pull_request.converted_to_draft').observation?.snapshot?.deltas;
    expect(drafted).to.deep.equal([{ fact: 'pull_request.draft', set: true }]);
    const ready = read('pull_request.ready_for_review').observation?.snapshot?.deltas;
    expect(ready).to.deep.equal([{ fact: 'pull_request.draft', set: false }]);
  });
});

describe('reviews', () => {
  it('are recorded, with the pull request in its simple form', () => {
    const { facts, observation } = read('pull_request_review.submitted', {
      'review.state': 'APPROVED',
      'pull_request.merged_at': '2019-05-15T15:21:18Z',
    });
    expect(facts).to.include({
      'review.state': 'approved',
      'pull_request.merged': true,
      'review.author.login': 'Codertocat',
    });
    expect(facts).not.to.have.any.keys('pull_request.additions', 'pull_request.merged_by');
    expect(observation?.subject).to.deep.equal(PULL_REQUEST);
    expect(observation?.snapshot).to.include({ shape: 'pull_request_review', rank: 1 });
    const given = { association: 'OWNER', state: 'approved', submittedAt: '2019-05-15T15:20:38Z' };
    const review = { id: 237895671, author: CODERTOCAT, ...given };
    expect(observation?.review).to.deep.equal(review);
  });

  it('are dismissed whatever state they show, by nobody if the account is gone', () => {
    const { facts, observation } = read('pull_request_review.dismissed', {
      'review.state': 'approved',
      'review.user': null,
    });
    expect(facts['review.state']).to.equal('dismissed');
    expect(observation?.review).to.include({ state: 'dismissed', author: null });
  });

  it('take the time of the last change while they have not been handed in', () => {
    const changes = { 'review.submitted_at': null, 'review.updated_at': '2020-01-01T00:00:00Z' };
    const { observation } = read('pull_request_review.submitted', changes);
    expect(observation?.review?.submittedAt).to.equal('2020-01-01T00:00:00Z');
  });
});
