// list_ticket: the row that an issue comes to, when a row is still the same, and how it enters, changes and leaves.
import { expect } from 'chai';
import { listTicket } from '../../src/actions/list-ticket.ts';
import type { Facts } from '../../src/facts/fact.ts';
import type { Json, StoredEffect } from '../../src/store/store.ts';

const facts: Facts = {
  'repository.full_name': 'Sunbird/core',
  'repository.owner': 'Sunbird',
  'repository.private': false,
  'issue.number': 12,
  'issue.title': 'Export',
  'issue.html_url': 'https://github.com/Sunbird/core/issues/12',
  'issue.state': 'open',
  'issue.assignees': [],
  'issue.created_at': '2026-06-01T09:00:00Z',
  'issue.closed_at': null,
  'ticket.organisation': 'Sunbird Foundation',
  'ticket.product': 'Sunbird',
  'ticket.domain': 'Education',
  'ticket.category': ['Backend'],
  'ticket.skills': ['Node.js', 'SQL'],
  'ticket.complexity': 'High',
  'ticket.mentors': ['mentor-devi'],
};
const asha = { id: 1, login: 'asha' };

const row = {
  repository: 'Sunbird/core',
  number: 12,
  title: 'Export',
  url: 'https://github.com/Sunbird/core/issues/12',
  organisation: 'Sunbird Foundation',
  product: 'Sunbird',
  domain: 'Education',
  category: ['Backend'],
  skills: ['Node.js', 'SQL'],
  complexity: 'High',
  points: 30,
  mentors: ['mentor-devi'],
  assignees: [],
  status: 'open',
  created_at: '2026-06-01T09:00:00Z',
  closed_at: null,
  private: false,
};

function rowOf(changes: Facts = {}, points: number | undefined = 30): Readonly<Record<string, unknown>> {
  const [outcome] = listTicket.outcomes(points === undefined ? {} : { points }, { ...facts, ...changes });
  return outcome?.params as Readonly<Record<string, unknown>>;
}

const effect = (params: Json): StoredEffect => {
  return { key: 'demo/list 9/12 list_ticket', rule: 'demo/list', action: 'list_ticket', params, state: 'standing' };
};

describe('list_ticket', () => {
  it('comes to one row, from the issue and its form', () => {
    expect(listTicket.outcomes({ points: 30 }, facts)).to.deep.equal([{ target: '', params: row }]);
  });

  it('comes to nothing where there is no issue', () => {
    const { 'issue.number': _, ...without } = facts;
    expect(listTicket.outcomes({ points: 30 }, without)).to.deep.equal([]);
  });

  it('leaves unsaid what is not known, and takes the owner for the organisation', () => {
    const empty = {
      'ticket.product': null,
      'ticket.complexity': '',
      'ticket.skills': null,
      'ticket.organisation': null,
    };
    expect(rowOf(empty)).to.include({ product: null, complexity: null, organisation: 'Sunbird' });
    expect(rowOf(empty)['skills']).to.deep.equal([]);
    expect(listTicket.outcomes({}, facts)[0]?.params).to.have.property('points', null);
  });

  it('is open, assigned or closed', () => {
    expect(rowOf()).to.include({ status: 'open' });
    expect(rowOf({ 'issue.assignees': [asha] })).to.deep.include({ status: 'assigned', assignees: ['asha'] });
    expect(rowOf({ 'issue.assignees': [asha], 'issue.state': 'closed' })).to.include({ status: 'closed' });
  });

  it('is marked as private in a private repository', () => {
    expect(rowOf({ 'repository.private': true })).to.include({ private: true });
  });

  it('is the same row in whatever order a database returns its keys, and another when anything differs', () => {
    const reversed = Object.fromEntries(Object.entries(row).reverse());
    expect(listTicket.isSame(reversed, row)).to.equal(true);
    for (const [key, value] of Object.entries({
      title: 'Import',
      points: null,
      skills: ['SQL', 'Node.js'],
      private: true,
    }))
      expect(listTicket.isSame(row, { ...row, [key]: value }), key).to.equal(false);
  });

  it('is told in a sentence', () => {
    expect(listTicket.summary(row)).to.equal('lists Sunbird/core#12 for 30 points');
    expect(listTicket.summary({ ...row, points: null })).to.equal('lists Sunbird/core#12');
  });

  it('enters the list, changes on it, and leaves it, under the key of its effect', () => {
    const key = 'demo/list 9/12 list_ticket';
    const changed = { ...row, title: 'Import' };
    expect(listTicket.stand(effect(row))).to.deep.equal({ listed: [{ effect: key, ...row }] });
    expect(listTicket.replace(effect(row), effect(changed))).to.deep.equal({ listed: [{ effect: key, ...changed }] });
    expect(listTicket.withdraw(effect(row))).to.deep.equal({ unlisted: [key] });
  });
});
