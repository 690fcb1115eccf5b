// What a pull request closes, which of it is the ticket, and what a decision that asked for it rests on.
import { expect } from 'chai';
import { ticketBody } from '../../src/commands/issue-story.ts';
import { closesOf } from '../../src/facts/closes.ts';
import type { Facts } from '../../src/facts/fact.ts';
import { type Knowledge, learn } from '../../src/facts/knowledge.ts';
import { isLookup, lookUpTicket } from '../../src/facts/lookups.ts';

const form = ticketBody({ product: 'Sunbird', complexity: 'High' });

const pull = (body: string, title = 'A change'): Facts => ({
  'repository.id': 9,
  'repository.full_name': 'Sunbird/core',
  'repository.html_url': 'https://github.com/Sunbird/core',
  'pull_request.title': title,
  'pull_request.body': body,
});

function known(kind: 'issue' | 'pull_request', repositoryId: number, number: number, facts: Facts): Knowledge {
  const at = '2026-06-01T09:00:00Z';
  const snapshot = { shape: 'issues', at, rank: 0, deltas: [], labels: [{ id: 5, name: 'Old' }], facts };
  return learn(null, 'issues.opened', { subject: { kind, repositoryId, number }, snapshot });
}

const issue = (number: number, body: string) =>
  known('issue', 9, number, {
    'repository.full_name': 'Sunbird/core',
    'issue.number': number,
    'issue.labels': ['Old'],
    'issue.body': body,
  });

const renamedLabel = learn(null, 'label.edited', {
  subject: { kind: 'repository', repositoryId: 9, number: 0 },
  label: { id: 5, was: 'Old', name: 'New' },
});

/** What is looked up where so much is known, and what was asked for. */
async function lookedUp(pullRequest: Facts, store: Readonly<Record<string, Knowledge>> = {}) {
  const asked: string[] = [];
  const closes = closesOf(pullRequest);
  const { facts, consulted } = await lookUpTicket(pullRequest, closes, async (keys) => {
    asked.push(...keys);
    return keys.map((key) => ({ key, version: store[key] === undefined ? 0 : 3, knowledge: store[key] ?? null }));
  });
  const named: Facts = { ...facts, 'pull_request.closes': closes.map(({ address }) => address) };
  return { facts: named, asked, consulted: consulted.map(({ key, version }) => `${key} v${version}`) };
}

describe('pull_request.closes', () => {
  it('names every issue that the title and the description close, once and in order', async () => {
    const { facts } = await lookedUp(pull('Fixes #12, closes digit/web#3 and resolves #12.', 'Fix #7'));
    expect(facts['pull_request.closes']).to.deep.equal(['Sunbird/core#7', 'Sunbird/core#12', 'digit/web#3']);
  });

  it('is empty, and asks nobody, where nothing is closed', async () => {
    for (const facts of [pull('See #12.'), pull(''), { ...pull('Fixes #12'), 'repository.full_name': null }]) {
      const looked = await lookedUp(facts);
      expect(looked.facts['pull_request.closes']).to.deep.equal([]);
      expect(looked.asked).to.deep.equal([]);
      expect(looked.consulted).to.deep.equal([]);
    }
  });

  it('finds issues of its own repository by number, which outlives a rename, and others by address', async () => {
    const { asked } = await lookedUp(pull('Fixes sunbird/CORE#12, fixes Digit/Web#3'));
    expect(asked).to.deep.equal(['9/12', 'digit/web#3']);
  });
});

describe('pull_request.ticket', () => {
  it('is the first issue closed that uses the form, or else the first that we know', async () => {
    const body = 'Fixes #1, fixes #2, fixes #3, fixes #4';
    const plain = { '9/2': issue(2, 'no form'), '9/3': issue(3, 'none either') };
    expect((await lookedUp(pull(body), plain)).facts['pull_request.ticket.number']).to.equal(2);
    const { facts } = await lookedUp(pull(body), { ...plain, '9/4': issue(4, form) });
    expect(facts).to.include({
      'pull_request.ticket.number': 4,
      'pull_request.ticket.product': 'Sunbird',
      'pull_request.ticket.complexity': 'High',
      'pull_request.ticket.repository': 'Sunbird/core',
    });
  });

  it('is never a pull request', async () => {
    const store = { '9/1': known('pull_request', 9, 1, { 'pull_request.body': form }) };
    expect((await lookedUp(pull('Fixes #1'), store)).facts['pull_request.ticket.number']).to.equal(null);
  });

  it('has the labels of today', async () => {
    const { facts } = await lookedUp(pull('Fixes #1'), { '9/1': issue(1, form), '9/0': renamedLabel });
    expect(facts['pull_request.ticket.labels']).to.deep.equal(['New']);
  });

  it('is null in every fact where none is known, so that nothing need be asked again', async () => {
    const { facts } = await lookedUp(pull('Fixes #1'));
    const names = Object.keys(facts).filter((name) => name !== 'pull_request.closes');
    expect(names).to.include.members(['pull_request.ticket.number', 'pull_request.ticket.complexity']);
    expect(names.filter((name) => facts[name] !== null || !isLookup(name))).to.deep.equal([]);
  });
});

describe('a private ticket', () => {
  const secret = known('issue', 7, 12, {
    'repository.full_name': 'Sunbird/secret',
    'repository.private': true,
    'issue.number': 12,
    'issue.body': form,
  });
  const store = { 'sunbird/secret#12': secret };

  it('is not shown to a public pull request, whose reasons everybody may read, but rested on', async () => {
    const { facts, consulted } = await lookedUp(pull('Closes Sunbird/secret#12'), store);
    expect(facts['pull_request.ticket.complexity']).to.equal(null);
    expect(consulted).to.deep.equal(['sunbird/secret#12 v3', '7/0 v0']);
  });

  it('is shown to a private one', async () => {
    const { facts } = await lookedUp({ ...pull('Closes Sunbird/secret#12'), 'repository.private': true }, store);
    expect(facts['pull_request.ticket.complexity']).to.equal('High');
  });
});

describe('a decision that looked something up', () => {
  it("rests on every issue asked for, known or not, and on the ticket's repository", async () => {
    const { consulted } = await lookedUp(pull('Fixes #1, fixes digit/web#3'), { '9/1': issue(1, form) });
    expect(consulted).to.deep.equal(['9/1 v3', 'digit/web#3 v0', '9/0 v0']);
  });
});
