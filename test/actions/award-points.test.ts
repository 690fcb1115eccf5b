// award_points: whom it awards what, when an award is still the same, and the ledger lines of every change.
import { expect } from 'chai';
import type { Resolved } from '../../src/actions/action.ts';
import { awardPoints } from '../../src/actions/award-points.ts';
import type { Facts } from '../../src/facts/fact.ts';
import type { Json, StoredEffect } from '../../src/store/store.ts';

const asha = { id: 1, login: 'asha', type: 'User' };
const ravi = { id: 2, login: 'ravi' };
const address = 'https://github.com/Sunbird/core/pull/13';
const facts = { 'pull_request.html_url': address, 'repository.html_url': 'https://github.com/Sunbird/core' };

const award = (changes: object = {}): Json => ({
  contributor: { id: 1, login: 'asha' },
  points: 10,
  reason: 'Merged CSV',
  url: address,
  ...changes,
});
const effect = (params: Json): StoredEffect => {
  return {
    key: 'demo/merged 9/13 award_points 1',
    rule: 'demo/merged',
    action: 'award_points',
    params,
    state: 'standing',
  };
};

function awarded(params: Resolved, known: Facts): Json | undefined {
  return awardPoints.outcomes(params, known)[0]?.params;
}

describe('award_points', () => {
  it('comes to one award for each person, told apart by number', () => {
    const outcomes = awardPoints.outcomes({ to: [asha, ravi], points: 10, reason: 'Merged CSV' }, facts);
    expect(outcomes).to.deep.equal([
      { target: '1', params: award() },
      { target: '2', params: award({ contributor: ravi }) },
    ]);
  });

  it('comes to nothing without people or without points', () => {
    expect(awardPoints.outcomes({ to: [], points: 10 }, facts)).to.deep.equal([]);
    expect(awardPoints.outcomes({ points: 10 }, facts)).to.deep.equal([]);
    expect(awardPoints.outcomes({ to: [asha] }, facts)).to.deep.equal([]);
  });

  it('points to where the work was done, as closely as the facts say', () => {
    expect(awarded({ to: [asha], points: 1 }, facts)).to.include({ url: address });
    const issue = { 'issue.html_url': 'i', 'repository.html_url': 'r' };
    expect(awarded({ to: [asha], points: 1 }, issue)).to.include({ url: 'i' });
    expect(awarded({ to: [asha], points: 1 }, { 'repository.html_url': 'r' })).to.include({ url: 'r' });
    expect(awarded({ to: [asha], points: 1 }, {})).to.include({ url: '' });
  });

  it('keeps a reason within 500 characters, and an absent one empty', () => {
    const long = 'x'.repeat(5_000);
    expect(awarded({ to: [asha], points: 1, reason: long }, {})).to.include({ reason: long.slice(0, 500) });
    expect(awarded({ to: [asha], points: 1 }, {})).to.include({ reason: '' });
  });

  it('is the same award while its points are, whatever the title and the account are called now', () => {
    const renamed = award({ reason: 'Merged TSV', contributor: { id: 1, login: 'asha-2' }, url: 'elsewhere' });
    expect(awardPoints.isSame(award(), renamed)).to.equal(true);
    expect(awardPoints.isSame(award(), award({ points: 11 }))).to.equal(false);
  });

  it('is told in a sentence', () => {
    expect(awardPoints.summary(award())).to.equal('awards 10 points to asha');
    expect(awardPoints.summary(award({ points: 1 }))).to.equal('awards 1 point to asha');
  });

  it('stands by a line in the ledger', () => {
    expect(awardPoints.stand(effect(award()))).to.deep.equal({
      awards: [
        {
          effect: 'demo/merged 9/13 award_points 1',
          rule: 'demo/merged',
          contributor: { id: 1, login: 'asha' },
          points: 10,
          reason: 'Merged CSV',
          url: address,
        },
      ],
    });
  });

  it('is replaced by a reversal that names the old points, and a line with the new', () => {
    const lines = awardPoints.replace(effect(award()), effect(award({ points: 30 })));
    const reason = 'Corrected from 10 points';
    expect(lines.reversals).to.deep.equal([{ effect: 'demo/merged 9/13 award_points 1', reason }]);
    expect(lines.awards.map(({ points }) => points)).to.deep.equal([30]);
  });

  it('is withdrawn by a reversal that says why, and no line', () => {
    expect(awardPoints.withdraw(effect(award()), 'the label was removed')).to.deep.equal({
      reversals: [{ effect: 'demo/merged 9/13 award_points 1', reason: 'Withdrawn: the label was removed' }],
    });
  });
});
