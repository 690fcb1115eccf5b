// What a `when` can hold at: the events that it is on, and no others.
import { expect } from 'chai';
import fc from 'fast-check';
import { evaluate } from '../../../src/engine/evaluate.ts';
import { lint } from '../../../src/engine/lint/lint.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import { load } from '../rules.ts';

const ACTIONS = ['opened', 'closed', 'labeled', 'created'];
const EVENTS = ['issues.opened', 'issues.closed', 'issues.labeled', 'issue_comment.created'];

const on = fc.uniqueArray(fc.constantFrom(...EVENTS, 'issues', 'issue_comment'), { minLength: 1, maxLength: 3 });
const test = fc.oneof(
  fc.constantFrom(...ACTIONS).map((action) => ({ 'event.action': action })),
  fc.subarray(ACTIONS, { minLength: 1 }).map((actions) => ({ 'event.action': { notIn: actions } })),
  fc.constantFrom('issues', 'issue_comment', 'label').map((name) => ({ 'event.name': name })),
);
const condition = fc.array(
  fc.oneof(
    test,
    test.map((inner) => ({ not: inner })),
  ),
  { minLength: 1, maxLength: 3 },
);

describe('a `when`', () => {
  it('that is said never to hold holds at none of its events', async () => {
    const seen = { never: 0, held: 0 };
    const property = fc.asyncProperty(on, condition, async (its, all) => {
      const rule = `{ on: ${JSON.stringify(its)}, when: ${JSON.stringify({ all })}, then: [{ list_ticket: }] }`;
      const { rules, files } = load([{ path: 'x.yaml', text: `version: 1\nprogram: demo\nrules:\n  one: ${rule}\n` }]);
      if (rules === null) throw new Error('no rules');
      const never = lint({ rules, files }, vocabulary).some(({ code }) => code === 'never-holds');
      const happenings = EVENTS.map((event) => {
        const [name = '', action = ''] = event.split('.');
        return { event, facts: { 'event.name': name, 'event.action': action } };
      });
      const outcomes = await Promise.all(
        happenings.flatMap(({ event, facts }) =>
          rules
            .atEvent(event, facts, [])
            .map((candidate) => evaluate(candidate, facts, '2026-06-01T00:00:00Z', () => false)),
        ),
      );
      const held = outcomes.some(({ outcome }) => outcome === 'held');
      expect(never && held).to.equal(false);
      seen.never += Number(never);
      seen.held += Number(held);
    });
    await fc.assert(property, { numRuns: 300 });
    expect(seen.never).to.be.above(20);
    expect(seen.held).to.be.above(20);
  });
});
