// Explaining decides as the worker does, though it looks at every rule and every part, and leaves nothing behind.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { examples } from '../../src/commands/examples.ts';
import { issueStory } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock, type Told } from '../../src/commands/scene.ts';
import { consumers } from '../../src/consumers/registry.ts';
import type { RuleOutcome } from '../../src/engine/decide.ts';
import { drawExplanation } from '../../src/engine/explain/draw-explanation.ts';
import type { Explanation, RuleExplanation } from '../../src/engine/explain/explain.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { type Commit, type StoredSubject, UNKNOWN } from '../../src/store/store.ts';
import { explainDelivery, nothingKnown } from '../../src/worker/explain-delivery.ts';
import { processDelivery } from '../../src/worker/process-delivery.ts';
import { load, rulesOf } from '../engine/rules.ts';
import { smallProgramme } from '../support/small-programme.ts';

const place = { id: 5, fullName: 'Sunbird/core' };
const [asha, bob, mentor] = [
  { id: 11, login: 'asha' },
  { id: 12, login: 'bob' },
  { id: 13, login: 'mentor' },
];
const now = new Date('2026-06-10T12:00:00Z');

const delivered = ({ event, payload }: Told) => ({ event, body: Buffer.from(JSON.stringify(payload)) });

/** What the worker would commit of a payload, deciding on this store. */
async function decided(store: typeof nothingKnown, rules: RuleSet, told: Told): Promise<Commit | null> {
  let commit: Commit | null = null;
  const keeping = {
    ...store,
    finish: async () => undefined,
    receive: async () => undefined,
    noteInstallation: async () => undefined,
    commit: async (made: Commit) => {
      commit = made;
      return 'committed' as const;
    },
  };
  const delivery = { id: 1, guid: randomUUID(), ...delivered(told) };
  const work = { message: 1, attempt: 1, failures: 0, delivery, subject: null, occasion: null };
  await processDelivery({ store: keeping, actions, rules: () => rules, clock: () => now }, work);
  return commit;
}

const ruleNamed = ({ rules }: Explanation, id: string): RuleExplanation => {
  const found = rules.find((rule) => rule.id === id);
  if (found === undefined) throw new Error(`there is no rule ${id}`);
  return found;
};

describe('explaining a delivery', () => {
  const rules = rulesOf(`  ticket-work:
    on: [pull_request, pull_request_review]
    while:
      any:
        - pull_request.labels: { contains: bug }
        - pull_request.ticket.labels: { contains: C4GT Community }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]
  comment:
    on: issue_comment.created
    when: { all: [{ comment.author.type: User }, { not: { issue.comments: { greaterThan: 1 } } }] }
    then: [{ award_points: { to: { fact: comment.author }, points: 2 } }]
  labelled: { on: issues.labeled, when: { label.name: bug }, then: [{ award_points: { to: { fact: sender }, points: 3 } }] }`);

  it('comes to what deciding comes to, for every example of GitHub’s', async () => {
    const seen = new Set<string>();
    for (const event of Object.keys(consumers)) {
      for (const payload of examples().get(event) ?? []) {
        const told = { event, payload };
        const commit = await decided(nothingKnown, rules, told);
        const explanation = await explainDelivery({ store: nothingKnown, rules, actions, now }, delivered(told));
        const outcomes = new Map((commit?.trace as unknown as RuleOutcome[] | null)?.map((rule) => [rule.id, rule]));
        expect(explanation.rules.map(({ id }) => id)).to.deep.equal(rules.rules.map(({ id }) => id));
        for (const { id, outcome, because, changes } of explanation.rules) {
          seen.add(`${id} ${outcome}`);
          expect(outcome, `${event} ${id}`).to.equal(outcomes.get(id)?.outcome ?? 'out of scope');
          expect(changes.map(({ op, action, params }) => ({ op, action, params }))).to.deep.equal(
            outcomes.get(id)?.changes ?? [],
          );
          if (outcome === 'out of scope') expect(because).to.be.a('string');
        }
      }
    }
    for (const id of ['demo/ticket-work', 'demo/comment'])
      for (const outcome of ['held', 'not held', 'out of scope']) expect([...seen]).to.include(`${id} ${outcome}`);
  });

  it('says of an event that nobody reads that no rule is on it', async () => {
    const [payload = {}] = examples().get('fork') ?? [];
    const {
      event,
      subject,
      rules: explained,
    } = await explainDelivery({ store: nothingKnown, rules, actions, now }, delivered({ event: 'fork', payload }));
    expect(event.name).to.equal('fork');
    expect(subject).to.equal(null);
    expect(explained.map(({ because }) => because)).to.include('it is on issue_comment.created; this is fork');
  });

  describe('by the rules of a programme', () => {
    const { rules: programme } = load([{ path: 'small.yaml', text: smallProgramme }]);
    if (programme === null) throw new Error('the rules of this test have a problem');
    const clock = storyClock('2026-06-01T09:00:00Z');
    const body = [
      ['Product Name', 'Sunbird'],
      ['Tech Skills Needed', 'TypeScript'],
      ['Organizational Mentor', '@mentor'],
      ['Complexity', 'High'],
      ['Category', 'Backend'],
    ]
      .map(([heading, text]) => `### ${heading}\n\n${text}\n`)
      .join('\n');
    const pull = (by: typeof asha, text: string, labels: readonly string[] = []) =>
      pullRequestStory(clock, place, 8, { title: 'Export', body: text, author: by, labels });

    it('tells who merged their own work that this is why', async () => {
      const told = pull(asha, '', ['C4GT Coding']).merged(asha);
      const explanation = await explainDelivery(
        { store: nothingKnown, rules: programme, actions, now },
        delivered(told),
      );
      const { outcome, nearest } = ruleNamed(explanation, 'small/merged-pull-request');
      expect(outcome).to.equal('not held');
      expect(nearest?.sentence).to.equal('asha merged it, who also wrote it; the rule wants them to differ');
    });

    it('says what was looked up and where, and what was stated instead', async () => {
      const told = delivered(pull(asha, 'Fixes #7').merged(bob));
      const parts = { store: nothingKnown, rules: programme, actions, now };
      const { lookups } = await explainDelivery(parts, told);
      expect(lookups['pull_request.closes']).to.deep.equal({
        value: ['Sunbird/core#7'],
        source: 'what is stored',
        reason: 'GitHub is not asked here',
      });
      expect(lookups['pull_request.ticket.labels']).to.deep.equal({ value: null, source: 'what is stored' });
      const stated = await explainDelivery(
        { ...parts, lookups: { 'pull_request.ticket.labels': ['C4GT Coding'] } },
        told,
      );
      const labels = { value: ['C4GT Coding'], source: 'stated' };
      expect(stated.lookups['pull_request.ticket.labels']).to.deep.equal(labels);
      expect(ruleNamed(stated, 'small/merged-pull-request').outcome).to.equal('held');
      const text = drawExplanation(stated);
      expect(text).to.include('  pull_request.ticket.labels: `C4GT Coding`  (stated)');
      expect(text).to.include('  pull_request.approved_by: nothing  (what is stored: GitHub is not asked here)');
    });

    it('looks the ticket up in the store, and sees what stands already', async () => {
      const issue = issueStory(clock, place, 7, { title: 'Export', body, author: mentor, labels: ['C4GT Community'] });
      const merged = pull(asha, 'Fixes #7').merged(bob);
      const subjects = new Map<string, StoredSubject>();
      const store = {
        subjects: async (keys: readonly string[]) => keys.map((key) => subjects.get(key) ?? { key, ...UNKNOWN }),
      };
      const keep = async (told: Told) => {
        const commit = await decided(store, programme, told);
        const { key = '', knowledge = null } = commit?.subject ?? {};
        subjects.set(key, { ...UNKNOWN, key, version: 1, knowledge, effects: commit?.effects ?? [] });
      };
      await keep(issue.opened());
      const explain = () => explainDelivery({ store, rules: programme, actions, now }, delivered(merged));
      const before = ruleNamed(await explain(), 'small/merged-pull-request');
      expect(before.changes.map(({ op, summary }) => `${op}: ${summary}`)).to.deep.equal([
        'stand: awards 30 points to asha',
      ]);
      await keep(merged);
      const after = ruleNamed(await explain(), 'small/merged-pull-request');
      expect(after.changes).to.deep.equal([]);
      expect(after.unchanged).to.deep.equal(['it stands already: awards 30 points to asha']);
    });

    it('takes what would be looked up from whoever says so', async () => {
      const told = pull(asha, 'Fixes #7').merged(bob);
      const lookups = { 'pull_request.ticket.labels': ['C4GT Bounty'], 'pull_request.ticket.complexity': 'Low' };
      const parts = { store: nothingKnown, rules: programme, actions, now, lookups };
      const { changes } = ruleNamed(await explainDelivery(parts, delivered(told)), 'small/merged-pull-request');
      expect(changes.map(({ summary }) => summary)).to.deep.equal(['awards 10 points to asha']);
    });
  });
});
