// The table of what events change: whole, true to the catalogue, and true to what GitHub's own examples report.
import { expect } from 'chai';
import { consumerOf, consumers } from '../../src/consumers/registry.ts';
import { changeBy, changes, elementNamedBy } from '../../src/facts/catalogue/changes.ts';
import { derivedEvents } from '../../src/facts/catalogue/events.ts';
import { catalogue, fact } from '../../src/facts/catalogue.ts';
import { examples } from '../consumers/examples.ts';

const events = [...Object.values(consumers), ...derivedEvents];
const names = events.flatMap(({ event, actions }) =>
  actions.length === 0 ? [event] : actions.map((a) => `${event}.${a}`),
);

/** What stays as it was when the issue or pull request was opened. */
const CONSTANT = ['number', 'html_url', 'author', 'author_association', 'created_at', 'is_pull_request', 'head.ref'];
/** What every event moves, and what comments on pull requests change, which tell nothing of the pull request. */
const UNTOLD = ['updated_at', 'pull_request.comments', 'pull_request.review_comments'];

describe('what events change', () => {
  it('are events that are taken, and facts about state of the same kind of subject', () => {
    expect(names).to.include.members(Object.keys(changes));
    for (const [event, changed] of Object.entries(changes)) {
      const subject = events.find((entry) => entry.event === event.split('.')[0])?.subject;
      for (const name of Object.keys(changed)) {
        expect(fact(name)?.scope, name).to.equal('state');
        expect(name.split('.')[0], event).to.equal(subject);
      }
    }
  });

  it('are all facts of issues, pull requests and contributors, but those that no event tells of', () => {
    const isUntold = (name: string) =>
      [...CONSTANT, ...UNTOLD].some(
        (part) => name === part || name.replace(/\.(login|id|type)$/, '').endsWith(`.${part}`),
      );
    for (const { name, scope } of catalogue) {
      const ofSubject =
        /^(issue|pull_request|ticket|contributor)(\.|$)/.test(name) && !name.startsWith('pull_request.ticket.');
      if (scope !== 'state' || !ofSubject) continue;
      const isTold = Object.keys(changes).some((event) => changeBy(event, name) !== null);
      expect(isTold, name).to.equal(!isUntold(name) && !UNTOLD.includes(name));
    }
  });

  it("are what GitHub's examples report", () => {
    const seen = new Set<string>();
    for (const [name, payload] of examples) {
      const { action, observation } = consumerOf(name)?.read(payload) ?? {};
      for (const { fact: changed, added, removed, set } of observation?.snapshot?.deltas ?? []) {
        const event = `${name}.${action}`;
        const change = changeBy(event, changed);
        seen.add(`${event} ${changed}`);
        expect(change, `${event} ${changed}`).not.to.equal(null);
        if (added !== undefined) expect(change).to.equal('more');
        if (removed !== undefined) expect(change).to.equal('less');
        if (set !== undefined && typeof change === 'object') expect(change).to.deep.equal({ to: set });
      }
    }
    expect([...seen]).to.include.members(['issues.labeled issue.labels', 'pull_request.closed pull_request.merged']);
  });

  it('name the element by a fact of the moment', () => {
    for (const [event, name] of Object.entries(elementNamedBy)) {
      expect(Object.values(changes[event] ?? {}), event).to.satisfy((all: unknown[]) =>
        all.every((one) => one === 'more' || one === 'less'),
      );
      expect(fact(name)).to.include({ scope: 'moment' });
      expect(fact(name)?.events).to.include(event.split('.')[0]);
    }
  });

  it('reach what is read from a body, and the parts of a user', () => {
    expect(changeBy('issues.edited', 'ticket.complexity')).to.equal('anything');
    expect(changeBy('pull_request.opened', 'pull_request.merged_by.login')).to.deep.equal({ to: null });
    expect(changeBy('issues.labeled', 'ticket.complexity')).to.equal(null);
    expect(changeBy('fork', 'issue.labels')).to.equal(null);
  });
});
