// A check whose summary is left to the engine: which other rules hold, what the others miss, in words that stay the same
// while the facts do.
import { expect } from 'chai';
import fc from 'fast-check';
import { actions } from '../../src/actions/registry.ts';
import { decide, type Situation } from '../../src/engine/decide.ts';
import { lookingAtAll } from '../../src/engine/explain/look-at-all.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { ruleSetOf } from '../../src/engine/rule-set.ts';
import type { Facts } from '../../src/facts/fact.ts';
import { isLookup } from '../../src/facts/lookups.ts';
import type { StoredEffect } from '../../src/store/store.ts';
import { rulesOf } from './rules.ts';

const asha = { id: 1, login: 'asha', type: 'User' };
const facts: Facts = {
  'repository.full_name': 'Sunbird/core',
  'pull_request.number': 7,
  'pull_request.state': 'open',
  'pull_request.title': 'Export',
  'pull_request.author': asha,
  'pull_request.head.sha': 'c0ffee',
  'pull_request.labels': ['bug'],
  'pull_request.merged': false,
  'pull_request.updated_at': '2026-06-01T09:00:00Z',
};

const award = '[{ award_points: { to: { fact: pull_request.author }, points: 20 } }]';
const CHECK = `  check:
    on: pull_request
    while: { pull_request.state: open }
    then: [{ set_check: { name: Ticket, conclusion: neutral } }]
`;
const LABELLED = `  labelled: { on: pull_request, while: { pull_request.labels: { contains: C4GT } }, then: ${award} }\n`;
const MERGED = `  merged: { on: pull_request, while: { pull_request.merged: true }, then: ${award} }\n`;

interface Given {
  readonly facts?: Facts;
  readonly effects?: readonly StoredEffect[];
  readonly moment?: Situation['moment'];
  readonly now?: string;
}

async function decided(rules: RuleSet | string, given: Given = {}) {
  const set = typeof rules === 'string' ? rulesOf(rules) : rules;
  const { effects = [], moment = null, now = '2026-06-04T09:00:00Z' } = given;
  const events = ['pull_request.opened'];
  const about = { key: '9/7', kind: 'pull_request', events, facts: { ...facts, ...given.facts }, gone: false };
  return decide({ rules: set, actions, isLookup, now }, { moment, subject: { ...about, effects } });
}

type Told = { readonly title: string; readonly summary: string };

/** What the check of the rule says. */
async function told(rules: RuleSet | string, given: Given = {}, rule = 'demo/check'): Promise<Told> {
  const { wanted } = await decided(rules, given);
  const found = wanted.find((effect) => effect.action === 'set_check' && effect.rule === rule);
  if (found === undefined) throw new Error('there is no check');
  return found.params as unknown as Told;
}

describe('a check whose summary is left out', () => {
  it('says which other rules hold and what they come to, and which do not and what is missing', async () => {
    const rules = `${CHECK}${LABELLED}${MERGED}`;
    expect(await told(rules, { facts: { 'pull_request.merged': true } })).to.deep.include({
      title: '1 of 2 rules hold',
      summary: [
        '**Holds**',
        '',
        '- `demo/merged`: awards 20 points to asha',
        '',
        '**Does not hold**',
        '',
        '- `demo/labelled`: its labels are &#x60;bug&#x60;; the rule wants &#x60;C4GT&#x60; among them',
      ].join('\n'),
    });
  });

  it('says all that is missing, one under the other, though one would do to settle it', async () => {
    const both = '{ pull_request.merged: true, pull_request.labels: { contains: C4GT } }';
    const { title, summary } = await told(`${CHECK}  both: { on: pull_request, while: ${both}, then: ${award} }\n`);
    expect(title).to.equal('0 of 1 rule holds');
    expect(summary).to.equal(
      [
        '**Does not hold**\n',
        '- `demo/both`:',
        '  - it is not merged; the rule wants it to be',
        '  - its labels are &#x60;bug&#x60;; the rule wants &#x60;C4GT&#x60; among them',
      ].join('\n'),
    );
  });

  it('says what failed', async () => {
    const then = '[{ award_points: { to: { fact: pull_request.author }, points: { fact: pull_request.additions } } }]';
    const failing = `  big: { on: pull_request, while: { pull_request.state: open }, then: ${then} }\n`;
    expect((await told(`${CHECK}${failing}`, { facts: { 'pull_request.additions': 5_000 } })).summary).to.equal(
      '**Failed**\n\n- `demo/big`: award_points.points must be from 1 to 1000, not 5000',
    );
  });

  it('has its name for a headline where no other rule is about the pull request', async () => {
    const elsewhere = `  issue: { on: issues, while: { issue.state: open }, then: [{ list_ticket: {} }] }\n`;
    const shadow = LABELLED.replace('{ on', '{ mode: shadow, on');
    const unasked = LABELLED.replace('labelled', 'later').replace('on: pull_request', 'on: pull_request.closed');
    expect(await told(`${CHECK}${elsewhere}${shadow}${unasked}`)).to.deep.include({
      title: 'Ticket',
      summary: 'No other rule is about this.',
    });
  });

  it('keeps the words that its author has written', async () => {
    const check = (more: string) => CHECK.replace('neutral', `neutral, ${more}`);
    expect(await told(`${check('summary: Mine.')}${MERGED}`)).to.deep.include({ title: 'Ticket', summary: 'Mine.' });
    const own = await told(`${check('title: Own')}${MERGED}`);
    expect(own).to.deep.include({ title: 'Own' });
    expect(own.summary).to.match(/^\*\*Does not hold\*\*/);
    expect(await told(`${check('title: Own, summary: Mine.')}${MERGED}`)).to.deep.include({
      title: 'Own',
      summary: 'Mine.',
    });
    const empty = await told(`${check('summary: "{% if pull_request.merged %}x{% endif %}"')}${MERGED}`);
    expect(empty.title, 'what comes to nothing is left out').to.equal('0 of 1 rule holds');
  });

  it('takes the other half of a check for missing only where it would be the good one', async () => {
    const half = (name: string, condition: string, conclusion: string) =>
      `  ${name}: { on: pull_request, while: ${condition}, then: [{ set_check: { name: T, conclusion: ${conclusion} } }] }\n`;
    const ready = '{ pull_request.labels: { contains: C4GT } }';
    const rules = `${half('ready', ready, 'success')}${half('unready', `{ not: ${ready} }`, 'failure')}${MERGED}`;
    const failing = await told(rules, {}, 'demo/unready');
    expect(failing.title).to.equal('0 of 2 rules hold');
    expect(failing.summary).to.include('- `demo/ready`: its labels are');
    const well = await told(rules, { facts: { 'pull_request.labels': ['C4GT'] } }, 'demo/ready');
    expect(well.title).to.equal('0 of 1 rule holds');
    expect(well.summary).not.to.include('unready');
  });

  it('changes nothing while what is missing stays, and is edited when that changes', async () => {
    const rules = rulesOf(`${CHECK}${LABELLED}${MERGED}`);
    const first = await decided(rules);
    const effects = first.changes.map(({ effect }) => effect);
    const then = (given: Given) => decided(rules, { effects, ...given });
    expect((await then({})).changes).to.deep.equal([]);
    const other = await then({ facts: { 'pull_request.labels': ['bug', 'docs'] } });
    expect(other.changes.map(({ op, effect }) => `${op} ${effect.action}`)).to.deep.equal(['replace set_check']);
  });

  it('says the same whatever the time is, until a rule holds by it', async () => {
    const stale = '{ pull_request.updated_at: { olderThan: 7d } }';
    const rules = `${CHECK}  stale: { on: pull_request, while: ${stale}, then: ${award} }\n`;
    const at = (now: string) => told(rules, { now });
    const first = await at('2026-06-04T09:00:00Z');
    expect(first.summary.replaceAll('\u200b', '')).to.include(
      'it was last changed at 2026-06-01T09:00:00Z; the rule wants longer ago than 7 days',
    );
    for (const now of ['2026-06-04T09:01:00Z', '2026-06-05T17:30:00Z', '2026-06-08T08:59:59Z'])
      expect(await at(now), now).to.deep.equal(first);
    expect((await at('2026-06-09T09:00:00Z')).title).to.equal('1 of 1 rule holds');
  });

  it('says the same whichever event it is decided at, with or without an index, and as it is explained', async () => {
    const sender = '{ sender.login: asha }';
    const atEvent = `  greet: { on: pull_request.labeled, when: ${sender}, then: [{ react: { content: eyes } }] }\n`;
    const ticket = '{ pull_request.merged: true, pull_request.ticket.complexity: High }';
    const work = `  work: { on: pull_request, while: ${ticket}, then: ${award} }\n`;
    const rules = rulesOf(`${CHECK}${LABELLED}${MERGED}${atEvent}${work}`);
    const known = { 'pull_request.ticket.complexity': 'Low' };
    const moment = {
      event: 'pull_request.labeled',
      occurrence: 'x',
      facts: { ...facts, ...known, 'sender.login': 'asha' },
    };
    const first = await told(rules, { facts: known });
    expect(first.title).to.equal('0 of 3 rules hold');
    const indexed = ruleSetOf(rules.version, rules.rules, { allUpTo: 0 });
    for (const set of [rules, indexed, lookingAtAll(rules)])
      for (const given of [{ facts: known }, { facts: known, moment }])
        expect(await told(set, given)).to.deep.equal(first);
  });

  it('has looked up what the rules it tells of ask for', async () => {
    const work = `  work: { on: pull_request, while: { pull_request.merged: true, pull_request.ticket.labels: { contains: C4GT } }, then: ${award} }\n`;
    const { needs, changes } = await decided(`${CHECK}${work}`);
    expect(needs).to.deep.equal(['pull_request.ticket.labels']);
    expect(changes, 'until then nothing is said').to.deep.equal([]);
    expect((await decided(work)).needs, 'which nobody asks for otherwise').to.deep.equal([]);
  });

  it('lets no text of a payload mention, link, refer, embed or end a line', async () => {
    const hostile = [
      '@everyone',
      '<img src=x onerror=y>',
      '![i](https://evil.example/i.png)',
      '#12 org/repo#3 GH-4',
      '`** [x](javascript:y) <!--',
      'a\n\n# Heading\n- item\r\n\u2028\u202e',
    ];
    const labels = fc.array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme' })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(labels, fc.constantFrom(...hostile), async (given, login) => {
        const said = await told(`${CHECK}${LABELLED}${MERGED}`, {
          facts: { 'pull_request.labels': given, 'pull_request.author': { id: 1, login }, 'pull_request.merged': true },
        });
        const { summary } = said;
        expect(summary.split('\n').filter((line) => !/^(?:|\*\*.*\*\*|- `demo\/\w+`: .*)$/u.test(line))).to.deep.equal(
          [],
        );
        expect(summary).not.to.match(/[<>]|@\w|#\d|https?:\/\/|\]\(|\u202e|\u2028/u);
      }),
      { numRuns: 150 },
    );
  });

  it('is cut at the bytes that GitHub takes', async () => {
    const many = Array.from(
      { length: 400 },
      (_, at) =>
        `  rule-${at}: { on: pull_request, while: { pull_request.title: { contains: ${'क'.repeat(60)}${at} } }, then: ${award} }\n`,
    );
    const { title, summary } = await told(`${CHECK}${many.join('')}`);
    expect(title).to.equal('0 of 400 rules hold');
    expect(Buffer.byteLength(summary)).to.be.at.most(65_535).and.above(60_000);
    expect(summary).to.match(/… \(cut here: the message was too long\)$/);
  });
});
