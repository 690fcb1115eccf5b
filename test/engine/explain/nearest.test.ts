// Which comparisons are the nearest miss: the fewest, then what was looked at, then the nearest texts; always the same.
import { expect } from 'chai';
import fc from 'fast-check';
import type { Trace } from '../../../src/engine/evaluate.ts';
import { nearestMiss } from '../../../src/engine/explain/nearest.ts';
import { now, traceOf } from './traces.ts';

type Case = readonly [
  name: string,
  condition: string,
  facts: Parameters<typeof traceOf>[1],
  sentences: readonly string[],
];

const TRUE = 'issue.locked: true';
const locked = { 'issue.locked': true };

const cases: readonly Case[] = [
  [
    'every failing part of an all',
    `all: [{ issue.state: open }, { ${TRUE} }, { issue.title: { contains: CSV } }]`,
    { ...locked, 'issue.state': 'closed', 'issue.title': 'x' },
    ['its state is `closed`; the rule wants `open`', 'its title is `x`; the rule wants `CSV` within it'],
  ],
  [
    'of an any the branch that is nearest in letters',
    'any: [{ issue.title: Import the report }, { issue.labels: { contains: C4GT Coding } }]',
    { 'issue.title': 'x', 'issue.labels': ['C4GT Codin'] },
    ['its labels are `C4GT Codin`; the rule wants `C4GT Coding` – did somebody mistype it?'],
  ],
  [
    'of an any the branch with the fewest failing parts, however near the others are',
    'any: [{ all: [{ issue.title: Exporf }, { issue.state: open }] }, { issue.body: { matches: ^Z } }]',
    { 'issue.title': 'Export', 'issue.state': 'closed', 'issue.body': 'abc' },
    ['its text is `abc`; the rule wants one that matches `^Z`'],
  ],
  [
    'what is known before what is not',
    'any: [{ issue.milestone: v1 }, { issue.title: A }]',
    { 'issue.title': 'xyz' },
    ['its title is `xyz`; the rule wants `A` – or else: its milestone is not known; the rule wants `v1`'],
  ],
  [
    'the first of two that are equally far, and the other in its place, saying what both want once',
    'any: [{ issue.title: A }, { issue.body: A }]',
    { 'issue.title': 'xyz', 'issue.body': 'uvw' },
    ['its title is `xyz`; the rule wants `A` – or else: its text is `uvw`'],
  ],
  [
    'what holds and must not, below a not',
    'not: { any: [{ issue.state: closed }, { issue.title: A }, { issue.labels: { contains: bug } }] }',
    { 'issue.state': 'closed', 'issue.title': 'B', 'issue.labels': ['bug'] },
    [
      'its state is `closed`; the rule wants anything but `closed`',
      'its labels are `bug`; the rule wants them without `bug`',
    ],
  ],
  [
    'one part of an all below a not',
    `not: { all: [{ ${TRUE} }, { issue.state: closed }] }`,
    { ...locked, 'issue.state': 'closed' },
    [
      'it is locked; the rule wants it not to be – or else: its state is `closed`; the rule wants anything but `closed`',
    ],
  ],
  [
    'what has to hold, below two nots',
    `not: { not: { all: [{ ${TRUE} }, { issue.state: open }] } }`,
    { ...locked, 'issue.state': 'closed' },
    ['its state is `closed`; the rule wants `open`'],
  ],
];

describe('the nearest miss is', () => {
  for (const [name, condition, facts, sentences] of cases) {
    it(name, async () => {
      const miss = nearestMiss(await traceOf(condition, facts), now);
      expect(miss?.steps.map(({ sentence }) => sentence)).to.deep.equal(sentences);
      expect(miss?.flips).to.equal(sentences.length);
      expect(miss?.sentence).to.equal(sentences.join('; and '));
    });
  }

  it('nothing where the condition holds', async () => {
    expect(nearestMiss(await traceOf(TRUE, locked), now)).to.equal(null);
  });

  it('where it is written, with the file where a named condition stands in another', () => {
    const leaf = { fact: 'issue.state', operator: 'equal', expected: 'open', actual: 'closed', result: false, line: 4 };
    const named: Trace = { all: [leaf], result: false, condition: 'is-open', file: 'shared.yaml', line: 12 };
    expect(nearestMiss({ all: [named], result: false, line: 11 }, now)?.steps[0]).to.include({
      file: 'shared.yaml',
      line: 4,
      wanted: true,
      actual: 'closed',
    });
    expect(nearestMiss(leaf, now)?.steps[0]).not.to.have.property('file');
  });

  it('told apart from parts that were not looked at, which may be in the way too', () => {
    const leaf = (result: boolean | null): Trace => ({
      fact: 'issue.state',
      operator: 'equal',
      expected: 'open',
      actual: 'closed',
      result,
      line: 1,
    });
    const trace: Trace = { all: [leaf(false), leaf(null), leaf(true)], result: false, line: 1 };
    expect(nearestMiss(trace, now)).to.include({ flips: 1, unseen: 1 });
    const branches: Trace = {
      any: [trace, { all: [leaf(false), leaf(true)], result: false, line: 2 }],
      result: false,
      line: 1,
    };
    expect(nearestMiss(branches, now)).to.include({ flips: 1, unseen: 0 });
  });
});

/** A tree of conditions; each leaf has a fact of its own. */
const trees = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.boolean().map((result): Tree => ({ kind: 'leaf', result })),
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      parts: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), part: tie('tree') }),
  ),
})).tree;

type Tree =
  | { readonly kind: 'leaf'; readonly result: boolean }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Tree[] }
  | { readonly kind: 'not'; readonly part: Tree };

/** The trace of a tree, with some of its leaves, by their order, the other way round. */
function traced(tree: Tree, isFlipped: (leaf: number) => boolean = () => false): Trace & { result: boolean } {
  let leaves = 0;
  const trace = (each: Tree): Trace & { result: boolean } => {
    switch (each.kind) {
      case 'leaf': {
        const line = leaves++;
        const result = each.result !== isFlipped(line);
        return { fact: 'issue.number', operator: 'equal', expected: 1, actual: result ? 1 : 2, result, line };
      }
      case 'not': {
        const not = trace(each.part);
        return { not, result: !not.result, line: 0 };
      }
      case 'all': {
        const all = each.parts.map(trace);
        return { all, result: all.every(({ result }) => result), line: 0 };
      }
      case 'any': {
        const any = each.parts.map(trace);
        return { any, result: any.some(({ result }) => result), line: 0 };
      }
    }
  };
  return trace(tree);
}

function leavesIn(tree: Tree): number {
  if (tree.kind === 'leaf') return 1;
  return tree.kind === 'not' ? leavesIn(tree.part) : tree.parts.reduce((sum, part) => sum + leavesIn(part), 0);
}

describe('of any condition', () => {
  it('flipping what the nearest miss names makes it hold, and nothing less does', () => {
    fc.assert(
      fc.property(
        trees.filter((tree) => leavesIn(tree) <= 9 && !traced(tree).result),
        (tree) => {
          const flipped = new Set(nearestMiss(traced(tree), now)?.steps.map(({ line }) => line));
          expect(traced(tree, (leaf) => flipped.has(leaf)).result).to.equal(true);
          const count = leavesIn(tree);
          for (let set = 0; set < 2 ** count; set++) {
            const bits = Array.from({ length: count }, (_, leaf) => ((set >> leaf) & 1) === 1);
            if (bits.filter(Boolean).length >= flipped.size) continue;
            expect(traced(tree, (leaf) => bits[leaf] === true).result).to.equal(false);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
