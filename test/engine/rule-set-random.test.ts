// The index changes nothing that is decided: held against trying every rule, over rules and histories at random.
import { expect } from 'chai';
import fc from 'fast-check';
import { type Decision, decide, type Situation } from '../../src/engine/decide.ts';
import type { Rule, RuleSet, RuleSubject } from '../../src/engine/rule.ts';
import { ruleSetOf } from '../../src/engine/rule-set.ts';
import type { Facts } from '../../src/facts/fact.ts';
import { answers, factsFor, keptAfter, now, rules } from './random-rules.ts';
import { actions, isLookup } from './small-language.ts';

type Subject = NonNullable<Situation['subject']>;

/** What happens to one subject, step by step; the effects on it follow from the steps before. */
const history = fc
  .constantFrom<RuleSubject>('issue', 'issue', 'pull_request', 'pull_request', 'contributor')
  .chain((kind) => {
    const events = {
      issue: [
        'issues.opened',
        'issues.labeled',
        'issues.closed',
        'issue_comment.created',
        'schedule.daily',
        'label.created',
      ],
      pull_request: ['pull_request.opened', 'pull_request.closed', 'schedule.daily', 'issue_comment.created'],
      contributor: ['contributor'],
    }[kind];
    const step = fc.record({
      event: fc.constantFrom(null, ...events),
      facts: factsFor(kind),
      told: factsFor(kind),
      found: answers,
      /** How many of the answers are there already. */
      known: fc.constantFrom(0, 0, 9),
      events: fc.subarray(events, { minLength: Math.min(3, events.length) }),
      gone: fc.constantFrom(false, false, false, false, true),
      isBare: fc.constantFrom(false, false, false, false, false, true),
      occurrence: fc.constantFrom('x', 'y'),
      edited: fc.boolean(),
      parked: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    });
    return fc.record({ kind: fc.constant(kind), steps: fc.array(step, { minLength: 1, maxLength: 4 }) });
  });

type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

/** Decides as the worker does: what is asked for is looked up, with all there is, and it is decided again. */
async function settled(rules: RuleSet, situation: Situation, found: Facts) {
  const decision = await decide({ rules, actions, isLookup, now }, situation);
  if (decision.needs.length === 0) return { decision, asked: false };
  return { decision: await decide({ rules, actions, isLookup, now }, completed(situation, found)), asked: true };
}

function completed({ moment, subject }: Situation, found: Facts): Situation {
  return {
    moment: moment && { ...moment, facts: { ...found, ...moment.facts } },
    subject: subject && { ...subject, facts: { ...found, ...subject.facts } },
  };
}

const idsOf = ({ rules: outcomes }: Decision) => outcomes.map(({ id }) => id);

/** What the cases came to, so that a test of nothing does not pass for one of everything. */
const seen = { decisions: 0, leftOut: 0, changes: 0, asked: 0 };
const outcomes = new Map<string, number>();

/**
 * The indexed decision says what the other says, rule by rule; of the rules that it left out the other has nothing to
 * say. Where only one of them had something looked up, they agree on everything but what their traces show of it.
 */
function expectSame(indexed: Decision, all: Decision, isTraced: boolean): void {
  expect(indexed.needs).to.deep.equal([]);
  expect(indexed.changes).to.deep.equal(all.changes);
  expect(indexed.wanted).to.deep.equal(all.wanted);
  const judged = new Map(indexed.rules.map((each) => [each.id, each]));
  expect(idsOf(indexed)).to.deep.equal(idsOf(all).filter((id) => judged.has(id)));
  for (const each of all.rules) {
    outcomes.set(each.outcome, (outcomes.get(each.outcome) ?? 0) + 1);
    const same = judged.get(each.id);
    if (same === undefined) {
      seen.leftOut++;
      expect(each.outcome, each.id).to.be.oneOf(['not held', 'out of scope']);
      expect(each.changes, each.id).to.deep.equal([]);
    } else if (isTraced) expect(same).to.deep.equal(each);
    else expect({ ...same, conditions: null }).to.deep.equal({ ...each, conditions: null });
  }
}

/** Plays a history by both, with some of the effects parked and some of the rules edited on the way. */
async function expectSameOver(
  first: readonly Rule[],
  edited: readonly Rule[],
  { kind, steps }: History,
): Promise<void> {
  let effects: Subject['effects'] = [];
  for (const step of steps) {
    const inForce = step.edited ? edited : first;
    const known = kind === 'pull_request' ? Object.entries(step.found).slice(0, step.known) : [];
    const { event, occurrence, gone, events } = step;
    const facts = { ...Object.fromEntries(known), ...step.facts };
    const situation: Situation = {
      moment: event === null ? null : { event, occurrence, facts: step.told },
      subject: step.isBare ? null : { key: '9/7', kind, events, facts, gone, effects },
    };
    const short = await settled(ruleSetOf('v', inForce, { allUpTo: 0 }), situation, step.found);
    const long = await settled(ruleSetOf('v', inForce, { allUpTo: Infinity }), situation, step.found);
    expectSame(short.decision, long.decision, short.asked === long.asked);
    const changed = long.decision.changes.map(({ effect }) => effect);
    effects = keptAfter(effects, changed, step.parked);
    seen.decisions++;
    seen.changes += changed.length;
    if (long.asked) seen.asked++;
  }
}

describe('the index', () => {
  it('decides as if every rule were tried, whatever the rules, the facts, and what stands', async () => {
    await fc.assert(
      fc.asyncProperty(
        rules,
        rules,
        fc.array(history, { minLength: 2, maxLength: 2 }),
        async (first, edited, played) => {
          for (const each of played) await expectSameOver(first, edited, each);
        },
      ),
      { numRuns: 700 },
    );
    for (const [what, count] of [...Object.entries(seen), ...outcomes]) expect(count, what).to.be.above(150);
  }).timeout(120_000);
});
