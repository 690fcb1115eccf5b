// The index: of many rules, those that could hold are found.
import { expect } from 'chai';
import type { Rule } from '../../src/engine/rule.ts';
import { ruleSetOf } from '../../src/engine/rule-set.ts';
import { load } from './rules.ts';

const facts = {
  'repository.full_name': 'Sunbird/core',
  'issue.number': 7,
  'issue.state': 'open',
  'issue.title': 'Export the report',
  'issue.author': { id: 1, login: 'Asha', type: 'User' },
  'issue.labels': ['C4GT Community', 'Backend'],
  'issue.assignees': [],
  'issue.milestone': null,
};

/** What could hold there, as far as the index sees; all of these say nothing that others would not say too. */
const found: readonly (readonly [says: string, condition: string, isFound: boolean])[] = [
  ['a value that is there', 'issue.state: open', true],
  ['another value', 'issue.state: closed', false],
  ['a value in other letters', 'issue.labels: { contains: c4gt community }', true],
  ['a label that is not there', 'issue.labels: { contains: C4GT }', false],
  ['one of several labels', 'issue.labels: { containsAny: [Frontend, backend] }', true],
  ['none of several labels', 'issue.labels: { containsAny: [Frontend, Docs] }', false],
  ['all of several labels, none of which is there', 'issue.labels: { containsAll: [Frontend, Docs] }', false],
  ['a number', 'issue.number: [6, 7]', true],
  ['another number', 'issue.number: [1, 77]', false],
  ['a user by login', 'issue.author: [ravi, asha]', true],
  ['another user', 'issue.author: ravi', false],
  ['nobody in a list', 'issue.assignees: { contains: asha }', false],
  ['nothing', 'issue.milestone: v1', false],
  ['a part of a text, which is no key', 'issue.title: { contains: nothing like it }', true],
  ['what no key tells', 'issue.number: { greaterThan: 100 }', true],
  ['what is not so', 'not: { issue.state: open }', true],
  ['a part of all that cannot hold', 'all: [{ issue.number: { greaterThan: 0 } }, { issue.state: closed }]', false],
  ['any, one of which could hold', 'any: [{ issue.state: closed }, { issue.number: 7 }]', true],
  ['any, none of which could hold', 'any: [{ issue.state: closed }, { issue.number: 8 }]', false],
  ['any, of one of which no key tells', 'any: [{ issue.state: closed }, { issue.number: { lessThan: 0 } }]', true],
  ['a named condition', 'condition: closed', false],
];

const file = (rest: string) => ({
  path: 'demo.yaml',
  text: `version: 1\nprogram: demo\n${rest}`,
});

function loaded(rest: string): readonly Rule[] {
  const { rules: set, problems } = load([file(rest)]);
  if (set === null) throw new Error(problems[0]?.message);
  return set.rules;
}

const ids = (list: readonly Rule[]) => list.map(({ id }) => id.replace('demo/', ''));
const listed = 'then: [{ list_ticket: }]';

describe('a rule is among those that could hold', () => {
  for (const [says, condition, isFound] of found) {
    it(`${isFound ? 'when' : 'unless'} it asks for ${says}: ${condition}`, () => {
      const written = loaded(`conditions: { closed: { issue.state: closed } }
rules:
  one: { on: issues, while: { ${condition} }, ${listed} }`);
      const set = ruleSetOf('v', written, { allUpTo: 0 });
      expect(ids(set.onSubject('issue', facts, []))).to.deep.equal(isFound ? ['one'] : []);
    });
  }

  const inRepositories = (globs: string) =>
    ruleSetOf(
      'v',
      loaded(`repositories: ${globs}
rules:
  one: { on: issues, while: { issue.number: { greaterThan: 0 } }, ${listed} }`),
      { allUpTo: 0 },
    ).onSubject('issue', facts, []);

  for (const [globs, isFound] of [
    ['["sunbird/CORE"]', true],
    ['["sunbird/cor"]', false],
    ['["sunbird/*"]', true],
    ['["sun/*"]', false],
    ['["other/*", "sunbird/core"]', true],
    ['["other/*", "*/app"]', true],
  ] as const) {
    it(`${isFound ? 'when' : 'unless'} its repositories are ${globs}`, () => {
      expect(ids(inRepositories(globs))).to.deep.equal(isFound ? ['one'] : []);
    });
  }

  it('whatever its repositories, when it is about contributors, who are in none', () => {
    const written = loaded(`repositories: ["other/core"]
rules:
  one: { on: contributor, while: { contributor.points: { greaterThan: 9 } }, then: [{ grant_badge: { badge: Ten, to: { fact: contributor } } }] }`);
    const set = ruleSetOf('v', written, { allUpTo: 0 });
    expect(ids(set.onSubject('contributor', { 'contributor.points': 10 }, []))).to.deep.equal(['one']);
  });

  it('when something of it stands, so that it can be withdrawn', () => {
    const set = ruleSetOf('v', loaded(`rules:\n  one: { on: issues, while: { issue.state: closed }, ${listed} }`), {
      allUpTo: 0,
    });
    expect(ids(set.onSubject('issue', facts, ['demo/one', 'demo/gone']))).to.deep.equal(['one']);
    expect(ids(set.onSubject('pull_request', facts, ['demo/one']))).to.deep.equal([]);
  });

  it('at its own event, with or without action, and once though it names both', () => {
    const set = ruleSetOf(
      'v',
      loaded(`rules:
  other: { on: issues.closed, when: { issue.state: open }, ${listed} }
  both: { on: [issues, issues.labeled], when: { issue.state: open }, ${listed} }
  action: { on: issues.labeled, when: { issue.state: open }, ${listed} }
  event: { on: issues, when: { issue.state: open }, ${listed} }`),
      { allUpTo: 0 },
    );
    expect(ids(set.atEvent('issues.labeled', facts, []))).to.deep.equal(['both', 'action', 'event']);
    expect(ids(set.atEvent('issues', facts, []))).to.deep.equal(['both', 'event']);
    expect(ids(set.atEvent('pull_request.labeled', facts, []))).to.deep.equal([]);
  });
});

describe('a rule set', () => {
  const many = (count: number) =>
    loaded(
      `rules:\n${Array.from({ length: count }, (_, i) => `  r${i}: { on: issues, while: { issue.number: ${i} }, ${listed} }`).join('\n')}`,
    );

  it('of up to 32 rules on a kind of subject looks at all, so that a decision tells what was missing', () => {
    expect(ruleSetOf('v', many(32)).onSubject('issue', facts, [])).to.have.length(32);
    expect(ids(ruleSetOf('v', many(33)).onSubject('issue', facts, []))).to.deep.equal(['r7']);
  });

  it('finds rules by what the fewest others ask for, too', () => {
    const all = loaded(`rules:
${[1, 2, 3, 7].map((n) => `  r${n}: { on: issues, while: { any: [{ issue.state: open, issue.number: ${n} }, { issue.state: closed, issue.number: ${n}0 }] }, ${listed} }`).join('\n')}`);
    expect(ids(ruleSetOf('v', all, { allUpTo: 0 }).onSubject('issue', facts, []))).to.deep.equal(['r7']);
  });

  it('is looked at again every day when a rule is on the schedule, or asks how long ago something is', () => {
    const timed = (rule: string) => ruleSetOf('v', loaded(`rules:\n  one: { ${rule}, ${listed} }`)).isTimed;
    expect(timed('on: issues, while: { issue.state: open }')).to.equal(false);
    expect(timed('on: schedule.daily, while: { issue.state: open }')).to.equal(true);
    expect(timed('on: issues, while: { not: { any: [{ issue.created_at: { olderThan: 7d } }] } }')).to.equal(true);
  });
});
