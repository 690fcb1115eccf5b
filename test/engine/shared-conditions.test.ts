// Named conditions are compiled once for all rules that may name the same facts; no rule can tell.
import { expect } from 'chai';
import fc from 'fast-check';
import { testsIn } from '../../src/engine/condition-facts.ts';
import { type Loaded, ruleLoader } from '../../src/engine/load.ts';
import { sortProblems } from '../../src/engine/problem.ts';
import type { Condition } from '../../src/engine/rule.ts';
import { vocabulary } from '../../src/vocabulary.ts';

/** Sound in themselves; which facts they may name depends on the rule. */
const conditions = {
  open: '{ issue.state: open }',
  merged: '{ pull_request.merged: true }',
  labelled: '{ label.name: bug }',
  looked: '{ pull_request.files: { contains: README.md }, issue.state: open }',
  either: '{ any: [{ condition: open }, { not: { condition: merged } }] }',
  nested: '{ all: [{ condition: either }, { condition: labelled }, { condition: either }] }',
  large: `{ any: [${Array.from({ length: 130 }, (_, number) => `{ issue.number: ${number} }`).join(', ')}] }`,
  larger: `{ all: [${Array(4).fill('{ condition: large }').join(', ')}] }`,
  largest: '{ all: [{ condition: larger }, { condition: labelled }] }',
  round: '{ any: [{ condition: about }, { condition: merged }] }',
  about: '{ not: { condition: round } }',
};
const names = Object.keys(conditions);

const openings = [
  'on: issues, while',
  'on: issues, when',
  'on: pull_request, while',
  'on: [issues, pull_request], when',
  'on: issue_comment, when',
];

const load = ruleLoader(vocabulary);

/** The conditions that are given in one file, and rules in another, a line each whichever others there are. */
function loaded(written: readonly string[], defined: readonly string[], only?: number): Loaded {
  const lines = written.map((rule, index) => (only === undefined || only === index ? `  r${index}: ${rule}` : ''));
  const given = Object.entries(conditions).flatMap(([name, text]) =>
    defined.includes(name) ? `  ${name}: ${text}` : [],
  );
  return load([
    { path: 'shared.yaml', text: ['version: 1', 'program: shared', 'conditions:', ...given, ''].join('\n') },
    { path: 'rules.yaml', text: ['version: 1', 'program: rules', 'rules:', ...lines, ''].join('\n') },
  ]);
}

function ruleThat(opening: string, ...named: readonly string[]): string {
  const all = named.map((name) => `{ condition: ${name} }`).join(', ');
  return `{ ${opening}: { all: [${all}] }, then: [{ add_labels: { labels: [a] } }] }`;
}

const anyRule = fc
  // Two of the larger ones are too large for one rule.
  .tuple(
    fc.constantFrom(...openings),
    fc.array(fc.constantFrom(...names, 'larger', 'largest'), { minLength: 1, maxLength: 3 }),
  )
  .map(([opening, named]) => ruleThat(opening, ...named));

describe('conditions that rules share', () => {
  it('come to the same, and have the same said of them, as for each rule alone', () => {
    const rules = fc.array(anyRule, { minLength: 1, maxLength: 6 });
    // The first is too large to be looked at to its end; the second is not.
    const cutOff = [ruleThat('on: issues, while', 'larger', 'largest'), ruleThat('on: issues, while', 'largest')];
    const sound = names.filter((name) => name !== 'round' && name !== 'about');
    fc.assert(
      fc.property(rules, fc.constantFrom(names, sound), (written, defined) => {
        const together = loaded(written, defined);
        const alone = written.map((_, index) => loaded(written, defined, index));
        const said = new Map(alone.flatMap(({ problems }) => problems).map((each) => [JSON.stringify(each), each]));
        expect(together.problems).to.deep.equal(sortProblems([...said.values()]));
        if (together.rules !== null) expect(conditionsOf(together)).to.deep.equal(alone.flatMap(conditionsOf));
      }),
      { numRuns: 50, examples: [[cutOff, names]] },
    );
  });

  it('are made once for rules on the same events, and anew for those on others', () => {
    const sharing = loaded(
      [
        ruleThat('on: issues, while', 'open'),
        ruleThat('on: issues, while', 'open'),
        ruleThat('on: issues, when', 'open'),
      ],
      ['open'],
    );
    const [one, same, other] = conditionsOf(sharing).map((condition) => testsIn(condition)[0]);
    expect(one).to.have.property('fact', 'issue.state');
    expect(same).to.equal(one);
    expect(other).to.not.equal(one);
  });
});

function conditionsOf({ rules }: Loaded): Condition[] {
  return (rules?.rules ?? []).map(({ condition }) => condition);
}
