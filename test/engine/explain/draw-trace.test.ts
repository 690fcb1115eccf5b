// A trace as a tree of text: each part with its mark, what it wants, and what it saw.
import { expect } from 'chai';
import type { Trace } from '../../../src/engine/evaluate.ts';
import { drawTrace } from '../../../src/engine/explain/draw-trace.ts';
import type { Facts } from '../../../src/facts/fact.ts';
import { asha, bob, traceOf } from './traces.ts';

const cases: readonly (readonly [condition: string, facts: Facts, drawn: string])[] = [
  ['issue.state: open', { 'issue.state': 'open' }, '✓ issue.state is open'],
  ['issue.state: open', { 'issue.state': 'closed' }, '✗ issue.state is open  (is closed)'],
  ['issue.state: open', {}, '✗ issue.state is open  (not known)'],
  ['not: { issue.state: open }', { 'issue.state': 'open' }, '✗ not: issue.state is open'],
  ['issue.state: [open, closed]', { 'issue.state': 'open' }, '✓ issue.state is one of open, closed  (is open)'],
  ['issue.milestone: v1', { 'issue.milestone': null }, '✗ issue.milestone is v1  (is none)'],
  ['issue.milestone: { exists: true }', { 'issue.milestone': 'v1' }, '✓ issue.milestone is known  (is v1)'],
  ['issue.milestone: { exists: false }', {}, '✓ issue.milestone is not known'],
  ['issue.labels: { contains: bug }', { 'issue.labels': [] }, '✗ issue.labels has bug  (is empty)'],
  ['issue.labels: { contains: "a, b" }', { 'issue.labels': ['a', 'b '] }, '✗ issue.labels has `a, b`  (is a, `b `)'],
  [
    'issue.labels: { containsAny: [bug, docs] }',
    { 'issue.labels': ['docs', 'x'] },
    '✓ issue.labels has any of bug, docs  (is docs, x)',
  ],
  [
    'issue.labels: { length: { greaterThan: 2 } }',
    { 'issue.labels': ['a'] },
    '✗ issue.labels has length more than 2  (is a)',
  ],
  ['issue.title: { matches: "^C4GT" }', { 'issue.title': 'a\nb' }, '✗ issue.title matches `^C4GT`  (is `a ⏎ b`)'],
  [
    'issue.updated_at: { olderThan: 7d }',
    { 'issue.updated_at': '2026-06-09T12:00:00Z' },
    '✗ issue.updated_at is longer ago than 7 days  (is 2026-06-09T12:00:00Z)',
  ],
  [
    'pull_request.merged_by: { fact: pull_request.author }',
    { 'pull_request.merged_by': asha, 'pull_request.author': bob },
    '✗ pull_request.merged_by is pull_request.author = bob  (is asha)',
  ],
  [
    'pull_request.merged_by: { fact: pull_request.author }',
    { 'pull_request.author': null },
    '✗ pull_request.merged_by is pull_request.author = none  (not known)',
  ],
];

describe('a drawn trace', () => {
  for (const [condition, facts, drawn] of cases) {
    it(`of ${condition}: ${drawn}`, async () => {
      expect(drawTrace(await traceOf(condition, facts))).to.deep.equal([drawn]);
    });
  }

  const leaf: Trace = {
    fact: 'issue.state',
    operator: 'equal',
    expected: 'open',
    actual: 'open',
    result: true,
    line: 3,
  };
  const unseen: Trace = { ...leaf, result: null };
  const any: Trace = { any: [leaf, unseen], result: true, line: 2 };

  it('has a line for each part, further in for what is below it', () => {
    expect(drawTrace({ all: [any, { not: any, result: false, line: 1 }], result: false, line: 1 })).to.deep.equal([
      '✗ all of',
      '  ✓ any of',
      '    ✓ issue.state is open',
      '    · issue.state is open  (not looked at)',
      '  ✗ not: any of',
      '    ✓ issue.state is open',
      '    · issue.state is open  (not looked at)',
    ]);
  });

  it('names conditions, and where they are defined if it is asked to', () => {
    const named: Trace = { all: [any], result: true, condition: 'is-open', file: 'rules/shared.yaml', line: 9 };
    const below = ['  ✓ issue.state is open', '  · issue.state is open  (not looked at)'];
    expect(drawTrace(named)).to.deep.equal(['✓ is-open: any of', ...below]);
    expect(drawTrace(named, { places: true })).to.deep.equal(['✓ is-open (rules/shared.yaml:2): any of', ...below]);
    expect(drawTrace({ ...named, all: [leaf] }, { places: true })).to.deep.equal([
      '✓ is-open (rules/shared.yaml:3): issue.state is open',
    ]);
  });

  it('says of a named condition that was not looked at no more than that', () => {
    const named: Trace = { all: [{ ...any, result: null }], result: null, condition: 'is-open', line: 9 };
    expect(drawTrace(named)).to.deep.equal(['· is-open  (not looked at)']);
  });
});
