// Actions under rules: what stands is kept label by label and person by person, and what happens, happens once.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { type Decision, decide, type Situation } from '../../src/engine/decide.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import type { Facts } from '../../src/facts/fact.ts';
import type { StoredEffect } from '../../src/store/store.ts';
import { rulesOf } from '../engine/rules.ts';

const author = { id: 1, login: 'asha' };
const facts: Facts = {
  'repository.full_name': 'Sunbird/core',
  'issue.number': 7,
  'issue.state': 'open',
  'issue.title': 'Export',
  'issue.author': author,
};

function situation(more: Facts, effects: readonly StoredEffect[] = [], moment: Situation['moment'] = null): Situation {
  const subject = { key: '9/7', kind: 'issue', events: ['issues.opened'], gone: false };
  return { moment, subject: { ...subject, facts: { ...facts, ...more }, effects } };
}

const decided = (rules: RuleSet, given: Situation) =>
  decide({ rules, actions, isLookup: () => false, now: '2026-06-01T09:00:00Z' }, given);
const told = ({ changes }: Decision) =>
  changes.map(({ op, effect }) => {
    const action = Object.values(actions).find(({ name }) => name === effect.action);
    return `${op}: ${action?.summary(effect.params)}`;
  });
const effects = ({ changes }: Decision) => changes.map(({ effect }) => effect);

const holding = (then: string) => rulesOf(`  one: { on: issues, while: { issue.state: open }, then: [${then}] }`);

describe('what stands', () => {
  it('is one label each: one that is no longer wanted is withdrawn, and the others stay', async () => {
    const rules = holding('{ add_labels: { labels: { fact: ticket.skills } } }');
    const first = await decided(rules, situation({ 'ticket.skills': ['Node.js', 'SQL'] }));
    expect(told(first)).to.deep.equal(['stand: adds the label “Node.js”', 'stand: adds the label “SQL”']);
    const next = await decided(rules, situation({ 'ticket.skills': ['sql', 'CSS'] }, effects(first)));
    expect(told(next)).to.deep.equal(['stand: adds the label “CSS”', 'withdraw: adds the label “Node.js”']);
  });

  it('is one person each', async () => {
    const rules = holding('{ assign: { to: { fact: issue.assignees } } }');
    const ravi = { id: 2, login: 'ravi' };
    const first = await decided(rules, situation({ 'issue.assignees': [author, ravi] }));
    const next = await decided(rules, situation({ 'issue.assignees': [{ id: 2, login: 'ravi-2' }] }, effects(first)));
    expect(told(next)).to.deep.equal(['withdraw: assigns asha']);
  });

  it('is a comment that follows the facts, and goes when it has nothing to say', async () => {
    const rules = holding(`{ comment: { body: "{{ ticket.missing_fields | join: ', ' }}" } }`);
    const first = await decided(rules, situation({ 'ticket.missing_fields': ['Category', 'Complexity'] }));
    expect(told(first)).to.deep.equal(['stand: comments “Category, Complexity”']);
    const next = await decided(rules, situation({ 'ticket.missing_fields': ['Category'] }, effects(first)));
    expect(told(next)).to.deep.equal(['replace: comments “Category”']);
    const last = await decided(rules, situation({ 'ticket.missing_fields': [] }, effects(next)));
    expect(told(last)).to.deep.equal(['withdraw: comments “Category”']);
  });

  it('is a badge, with lines for the store', async () => {
    const rules = holding('{ grant_badge: { to: { fact: issue.author }, badge: Reporter } }');
    const first = await decided(rules, situation({}));
    const key = 'demo/one 9/7 grant_badge 1';
    expect(first.changes[0]?.lines).to.deep.equal({
      badges: [{ effect: key, contributor: author, badge: 'Reporter' }],
    });
    const closed = await decided(rules, situation({ 'issue.state': 'closed' }, effects(first)));
    expect(closed.changes[0]?.lines).to.deep.equal({ unbadged: [key] });
  });
});

describe('what happens', () => {
  const happening = (then: string, oncePer = 'delivery') =>
    rulesOf(`  one: { on: issues, when: { issue.state: open }, once_per: ${oncePer}, then: [${then}] }`);
  const moment = (occurrence: string, sender = 55) => {
    return { event: 'issues.labeled', occurrence, facts: { ...facts, 'sender.id': sender } };
  };

  it('is all that one rule says, in as many channels and with as many labels as it names', async () => {
    const then = `{ notify_discord: { channel: a, message: x } }, { notify_discord: { channel: b, message: x } },
      { react: { content: eyes } }, { react: { content: heart } }, { remove_labels: { labels: [one, two] } }, { close: }`;
    expect(told(await decided(happening(then), situation({}, [], moment('1'))))).to.deep.equal([
      'happen: tells #a “x”',
      'happen: tells #b “x”',
      'happen: reacts with eyes',
      'happen: reacts with heart',
      'happen: removes the label “one”',
      'happen: removes the label “two”',
      'happen: closes it',
    ]);
  });

  it('happens once per contributor: to each whom it is for, or else for whoever caused it', async () => {
    const keys = async (then: string, sender: number) =>
      effects(await decided(happening(then, 'contributor'), situation({}, [], moment('1', sender)))).map(
        ({ key }) => key,
      );
    const label = '{ add_labels: { labels: [welcome] } }';
    expect(await keys(label, 55)).to.deep.equal(['demo/one by 55 add_labels welcome']);
    expect(await keys(label, 56)).to.deep.equal(['demo/one by 56 add_labels welcome']);
    const assign = '{ assign: { to: { fact: issue.author } } }';
    expect(await keys(assign, 55)).to.deep.equal(['demo/one ever assign 1']);
  });

  it('happens once per contributor to the contributor whom an event of our own is about', async () => {
    const rules = rulesOf(`  one:
    on: contributor
    when: { contributor.points: { greaterThan: 9 } }
    once_per: contributor
    then: [{ notify_discord: { channel: praise, message: "{{ contributor }} has {{ contributor.points }}" } }]`);
    const known = { contributor: author, 'contributor.id': 1, 'contributor.points': 12 };
    const subject = {
      key: '0/1',
      kind: 'contributor',
      events: ['contributor'],
      facts: known,
      gone: false,
      effects: [],
    };
    const decision = await decided(rules, {
      moment: { event: 'contributor', occurrence: '2', facts: known },
      subject,
    });
    expect(effects(decision).map(({ key }) => key)).to.deep.equal(['demo/one by 1 notify_discord praise']);
    expect(told(decision)).to.deep.equal(['happen: tells #praise “asha has 12”']);
  });
});
