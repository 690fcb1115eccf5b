// Learning is a union: in any order, any number of times, through a database or not, the same is known in the end.
import { expect } from 'chai';
import fc from 'fast-check';
import { type Knowledge, learn } from '../../src/facts/knowledge.ts';
import type { Snapshot } from '../../src/facts/observation.ts';
import { stateFacts } from '../../src/facts/state.ts';
import { type Seen, seen, snapshot, stored } from './observations.ts';

function learned(history: readonly Seen[], known: Knowledge | null = null): Knowledge {
  const end = history.reduce<Knowledge | null>((before, { event, observation }) => {
    return learn(before, event, observation);
  }, known);
  if (end === null) throw new Error('there is nothing to learn from no history');
  return end;
}

/** The state, with the changes of labels that were observed as those of its repository. */
const state = (known: Knowledge) => stateFacts(known, { ...known, snapshots: {} });

const history = fc.array(seen, { minLength: 1, maxLength: 12 });
const shuffled = history.chain((events) =>
  fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })),
);

/** More different states than one second keeps. */
const flood = fc
  .uniqueArray(snapshot, { minLength: 34, maxLength: 60, selector: (one) => JSON.stringify(one) })
  .map((all) => all.map((one) => ({ ...one, at: '2026-06-01T09:00:00Z', shape: 'pull_request' })))
  .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));

describe('learning', () => {
  it('comes to the same in any order, however often each observation is made', () => {
    fc.assert(
      fc.property(shuffled, ([once, doubled]) => {
        const [one, other] = [learned(once), learned(doubled)];
        expect(other).to.deep.equal(one);
        expect(state(other)).to.deep.equal(state(one));
      }),
      { numRuns: 500 },
    );
  });

  it('comes to the same when what was learned went through a database in between', () => {
    fc.assert(
      fc.property(shuffled, ([once, doubled]) => {
        const direct = learned(once);
        const kept = doubled.reduce<Knowledge | null>((before, one) => stored(learned([one], before)), null);
        expect(kept).to.deep.equal(direct);
        expect(kept && state(kept)).to.deep.equal(state(direct));
      }),
      { numRuns: 300 },
    );
  });

  it('returns the very same knowledge when there was nothing new', () => {
    fc.assert(
      fc.property(history, (events) => {
        const known = stored(learned(events));
        for (const { event, observation } of events) expect(learn(known, event, observation)).to.equal(known);
      }),
    );
  });

  it('keeps the same 32 of more states of one second, whichever came first', () => {
    const observed = (one: Snapshot): Seen => ({
      event: 'pull_request.edited',
      observation: { subject: { kind: 'pull_request', repositoryId: 9, number: 4 }, snapshot: one },
    });
    fc.assert(
      fc.property(flood, ([all, again]) => {
        const one = learned(all.map((each) => observed(each)));
        const other = learned(again.map((each) => observed(each)));
        expect(other).to.deep.equal(one);
        expect(Object.keys(one.snapshots['pull_request'] ?? {})).to.have.lengthOf(32);
      }),
      { numRuns: 50 },
    );
  });

  it('forgets the states of older seconds, and nothing else', () => {
    const subject = { kind: 'issue', repositoryId: 9, number: 4 } as const;
    const at = (time: string, title: string): Seen => ({
      event: 'issues.edited',
      observation: {
        subject,
        snapshot: { shape: 'issues', at: time, rank: 1, deltas: [], labels: [], facts: { 'issue.title': title } },
      },
    });
    const known = learned([at('2026-06-01T09:00:01Z', 'new'), at('2026-06-01T09:00:00Z', 'old')]);
    expect(stateFacts(known, null)).to.include({ 'issue.title': 'new' });
    expect(Object.keys(known.snapshots['issues'] ?? {})).to.have.lengthOf(1);
  });
});
