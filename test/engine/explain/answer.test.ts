// The answer to "why?": of each rule its newest outcome in words, and what it has changed, whatever else was decided.
import { expect } from 'chai';
import { actions } from '../../../src/actions/registry.ts';
import type { Trace } from '../../../src/engine/evaluate.ts';
import { answerOf, type Decided } from '../../../src/engine/explain/answer.ts';

const merged = (result: boolean): Trace => ({
  ...{ fact: 'pull_request.merged', operator: 'equal', expected: true, actual: result, result, line: 1 },
});
const award = (op: string, points = 5) => ({
  op,
  action: 'award_points',
  params: { contributor: { id: 1, login: 'asha' }, points, reason: 'Merged CSV', url: '' },
});

type Outcome = Decided['rules'][number];

/** Decisions, the newest last, each on its own minute. */
function decided(...rules: readonly (readonly Outcome[])[]): Decided[] {
  return rules.map((each, minute) => ({ event: 'pull_request.closed', at: `12:0${minute}`, rules: each })).reverse();
}
const held = (...changes: Outcome['changes']): Outcome => ({ id: 'r', outcome: 'held', changes });
const missed = (...changes: Outcome['changes']): Outcome => ({
  ...{ id: 'r', outcome: 'not held', conditions: merged(false), changes },
});
const inShadow = { mode: 'shadow' } as const;

/** One rule, line by line: its outcome, what was in the way, and what it has changed. */
function told(...rules: readonly (readonly Outcome[])[]): readonly string[] {
  return answerOf(decided(...rules), actions).flatMap(({ outcome, because, changes }) => [
    ...[outcome, ...(because === null ? [] : [because])],
    ...changes.map(({ at, text }) => `${at} ${text}`),
  ]);
}

describe('the answer to why', () => {
  const points = 'awards 5 points to asha: Merged CSV';
  const waits = `waits for room under its rule’s limit: ${points}`;
  const miss = 'it is not merged; the rule wants it to be';
  const shadow = `in shadow, nothing is done: ${points}`;

  for (const [when, decisions, lines] of [
    ['is empty when nothing was decided', [], []],
    ['tells what a rule did', [[held(award('stand'))]], ['held', `12:00 ${points}`]],
    ['remembers it when nothing changes any more', [[held(award('stand'))], [held()]], ['held', `12:00 ${points}`]],
    [
      'tells what was corrected and taken back, the newest first',
      [[held(award('stand', 9))], [held(award('replace'))], [missed(award('withdraw'))]],
      [
        'not held',
        miss,
        `12:02 withdrawn: ${points}`,
        `12:01 corrected: ${points}`,
        `12:00 ${points.replace('5', '9')}`,
      ],
    ],
    [
      'tells once that something waits, since when',
      [[held(award('park'))], [held(award('park'))]],
      ['held', `12:00 ${waits}`],
    ],
    [
      'tells that it waited, once it stands',
      [[held(award('park'))], [held(award('stand'))]],
      ['held', `12:01 ${points}`, `12:00 ${waits}`],
    ],
    ['takes the newest outcome', [[held(award('stand'))], [missed()]], ['not held', miss, `12:00 ${points}`]],
    [
      'tells what a shadow would do, once',
      [[{ ...held(award('stand')), ...inShadow }], [{ ...held(award('stand')), ...inShadow }]],
      ['held', `12:01 ${shadow}`],
    ],
    [
      'tells that a rule failed',
      [[{ id: 'r', outcome: 'error', error: 'no row for `Huge`', changes: [] }]],
      ['error', 'no row for `Huge`'],
    ],
    [
      'says that a rule that holds came to nothing',
      [[held()]],
      ['held', 'it holds, and comes to nothing: there is nobody, or nothing, that its actions could be about'],
    ],
    [
      'says that there is more that nobody looked at',
      [
        [
          {
            ...missed(),
            conditions: { all: [merged(false), { ...merged(true), result: null }], result: false, line: 1 },
          },
        ],
      ],
      ['not held', `${miss}; what else it asks was not looked at`],
    ],
  ] as const)
    it(when, () => expect(told(...decisions)).to.deep.equal(lines));

  it('keeps rules apart, in the order of the newest decision', () => {
    const other = { ...held(award('stand')), id: 'other' };
    const answer = answerOf(decided([missed()], [other, missed()]), actions);
    expect(answer.map(({ rule, at, because }) => [rule, at, because])).to.deep.equal([
      ['other', '12:01', null],
      ['r', '12:01', miss],
    ]);
  });
});
