// What repositories, their labels, installations and pings tell.
import { expect } from 'chai';
import { CODERTOCAT, read } from './examples.ts';

const REPOSITORY = { kind: 'repository', repositoryId: 186853002, number: 0 };

describe('repositories and labels', () => {
  it('tell the repository as it is called today', () => {
    const { observation } = read('repository.renamed', {
      'repository.full_name': 'Octocoders/New',
      'repository.id': 186853002,
    });
    expect(observation?.subject).to.deep.equal(REPOSITORY);
    expect(observation?.snapshot).to.include({ shape: 'repository' });
    expect(observation?.snapshot?.facts).to.include({ 'repository.full_name': 'Octocoders/New' });
  });

  it('are gone once deleted, and not once transferred', () => {
    expect(read('repository.created', { action: 'deleted' }).observation?.gone).to.equal(true);
    expect(read('repository.transferred').observation?.gone).to.equal(undefined);
  });

  it('tell that a label was renamed', () => {
    const { observation } = read('label.edited', {
      changes: { name: { from: 'Old' } },
      'label.name': 'New',
      'repository.id': 186853002,
    });
    expect(observation).to.deep.equal({ subject: REPOSITORY, label: { id: 1362937026, was: 'Old', name: 'New' } });
  });

  it('tell that a label was deleted', () => {
    const { observation } = read('label.deleted', { 'repository.id': 186853002 });
    expect(observation?.label).to.deep.equal({ id: 1362937026, was: ':bug: Bugfix', name: null });
  });

  it('tell nothing when only the colour changed, or a label is new', () => {
    expect(read('label.edited').observation).to.equal(undefined);
    expect(read('label.created').observation).to.equal(undefined);
  });
});

describe('installations', () => {
  it('offer who installed the app and where', () => {
    expect(read('installation.created').facts).to.deep.include({
      'installation.id': 957387,
      'installation.account': CODERTOCAT,
      'installation.account.login': 'Codertocat',
      'installation.repository_selection': 'selected',
      'installation.repositories': ['Codertocat/Hello-World'],
    });
  });

  it('offer which repositories came and went', () => {
    const { facts, observation } = read('installation_repositories.added');
    expect(facts['installation.repositories_added']).to.deep.equal(['Codertocat/Space']);
    expect(facts['installation.repositories_removed']).to.deep.equal([]);
    expect(observation).to.equal(undefined);
  });

  it('of an enterprise have no account with a login', () => {
    const { facts } = read('installation.created', { 'installation.account': { id: 1, slug: 'acme' } });
    expect(facts).not.to.have.any.keys('installation.account', 'installation.account.login');
  });
});

describe('ping', () => {
  it('is understood and offers nothing', () => {
    expect(read('ping')).to.deep.equal({ action: null, facts: {} });
  });
});
