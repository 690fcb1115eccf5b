// grant_badge: who gets which badge, when it is still the same, and the lines of every change.
import { expect } from 'chai';
import { grantBadge } from '../../src/actions/grant-badge.ts';
import type { Json, StoredEffect } from '../../src/store/store.ts';

const asha = { id: 1, login: 'asha', type: 'User' };
const ravi = { id: 2, login: 'ravi' };
const grant = (badge: string, login = 'asha'): Json => ({ contributor: { id: 1, login }, badge });
const key = 'demo/star 0/1 grant_badge 1';
const effect = (params: Json): StoredEffect => {
  return { key, rule: 'demo/star', action: 'grant_badge', params, state: 'standing' };
};

describe('grant_badge', () => {
  it('comes to one badge for each person, told apart by number', () => {
    expect(grantBadge.outcomes({ to: [asha, ravi], badge: 'Rising Star' })).to.deep.equal([
      { target: '1', params: grant('Rising Star') },
      { target: '2', params: { contributor: ravi, badge: 'Rising Star' } },
    ]);
  });

  it('comes to nothing without people, or without a name', () => {
    expect(grantBadge.outcomes({ to: [], badge: 'Wizard' })).to.deep.equal([]);
    expect(grantBadge.outcomes({ to: [asha], badge: '' })).to.deep.equal([]);
    expect(grantBadge.outcomes({ to: [asha] })).to.deep.equal([]);
  });

  it('is the same while its name is, whatever the account is called now', () => {
    expect(grantBadge.isSame(grant('Wizard'), grant('Wizard', 'asha-2'))).to.equal(true);
    expect(grantBadge.isSame(grant('Wizard'), grant('Ninja'))).to.equal(false);
  });

  it('is given, exchanged and taken back under the key of its effect', () => {
    const row = (badge: string) => ({ effect: key, contributor: { id: 1, login: 'asha' }, badge });
    expect(grantBadge.stand(effect(grant('Wizard')))).to.deep.equal({ badges: [row('Wizard')] });
    const exchanged = grantBadge.replace(effect(grant('Wizard')), effect(grant('Ninja')));
    expect(exchanged).to.deep.equal({ badges: [row('Ninja')] });
    expect(grantBadge.withdraw(effect(grant('Wizard')))).to.deep.equal({ unbadged: [key] });
  });

  it('is told in a sentence', () => {
    expect(grantBadge.summary(grant('Rising Star'))).to.equal('grants asha the badge “Rising Star”');
  });
});
