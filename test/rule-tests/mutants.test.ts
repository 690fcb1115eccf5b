// Mutants: every rule is changed in one place at a time, and what no test notices is told where it is written.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { ruleLoader } from '../../src/engine/load.ts';
import { ruleSetOf } from '../../src/engine/rule-set.ts';
import { type Mutant, withMutant } from '../../src/rule-tests/mutants/mutant.ts';
import { type Mutation, mutantsOf } from '../../src/rule-tests/mutants/survivors.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { ruleFile, said, type TestInWords, tested } from './testing.ts';

const loadRules = ruleLoader(vocabulary);

function mutants(rules: string): readonly Mutant[] {
  const { rules: loaded, problems, files } = loadRules([ruleFile(rules)]);
  if (loaded === null) throw new Error(problems.map(said).join('\n'));
  return mutantsOf(loaded, files, vocabulary);
}

const changes = (rules: string) => mutants(rules).map(({ what, at }) => `${at.line}:${at.column} ${what}`);

const on = (condition: string, then = '{ list_ticket: }') => `
  it:
    on: issues.opened
    while: ${condition}
    then: [${then}]`;
const LEFT_OUT = '8:14 `list_ticket` is left out';

/** Of a condition, what is done to it; that the action is left out is done to every rule. */
const conditions: readonly [condition: string, ...changes: string[]][] = [
  ['{ issue.locked: true }', '`issue.locked: true` → not'],
  ['{ issue.state: open }', '`issue.state: open` → not', '`issue.state: open` → `issue.state: open (changed)`'],
  ['{ issue.labels: { contains: C4GT } }', '`contains: C4GT` → not', '`contains: C4GT` → `contains: C4GT (changed)`'],
  [
    '{ issue.labels: { containsAny: [a, b] } }',
    '`containsAny: [a, b]` → not',
    '`containsAny: [a, b]` → `containsAny: [a (changed), b]`',
    '`containsAny: [a, b]` → `containsAny: [a, b (changed)]`',
  ],
  [
    '{ issue.comments: { greaterThan: 3 } }',
    '`greaterThan: 3` → not',
    '`greaterThan: 3` → `greaterThan: 2`',
    '`greaterThan: 3` → `greaterThan: 4`',
  ],
  [
    '{ issue.labels: { length: { lessThan: 2 } } }',
    '`length: { lessThan: 2 }` → not',
    '`length: { lessThan: 2 }` → `length: { lessThan: 1 }`',
    '`length: { lessThan: 2 }` → `length: { lessThan: 3 }`',
  ],
  ['{ issue.comments: 3 }', '`issue.comments: 3` → not', '`issue.comments: 3` → `issue.comments: 4`'],
  ['{ issue.comments: [3] }', '`issue.comments: [3]` → not', '`issue.comments: [3]` → `issue.comments: [4]`'],
  ['{ issue.created_at: { olderThan: 1d } }', '`olderThan: 1d` → not', '`olderThan: 1d` → `olderThan: 2d`'],
  [
    '{ issue.created_at: { before: 2026-01-02T00:00:00Z } }',
    '`before: 2026-01-02T00:00:00Z` → not',
    '`before: 2026-01-02T00:00:00Z` → `before: 2026-01-01T00:00:00Z`',
    '`before: 2026-01-02T00:00:00Z` → `before: 2026-01-03T00:00:00Z`',
  ],
  ['{ issue.title: { matches: "a|b" } }', '`matches: a|b` → not', '`matches: a|b` → `matches: (?:a|b) \\(changed\\)`'],
  ['{ issue.milestone: { exists: false } }', '`exists: false` → not'],
  [
    '{ issue.author: { equal: { fact: issue.assignees } } }'.replace('issue.assignees', 'issue.author'),
    '`issue.author: { fact: issue.author }` → not',
  ],
  [
    '{ any: [{ issue.locked: true }, { issue.milestone: { exists: true } }] }',
    '`any` → `all`',
    '`issue.locked: true` is left out',
    '`issue.locked: true` → not',
    '`exists: true` is left out',
    '`exists: true` → not',
  ],
  [
    '{ not: { all: [{ issue.locked: true }, { issue.milestone: { exists: true } }] } }',
    '`not` is left out',
    '`all` → `any`',
    '`issue.locked: true` is left out',
    '`issue.locked: true` → not',
    '`exists: true` is left out',
    '`exists: true` → not',
  ],
];

describe('mutants', () => {
  for (const [condition, ...expected] of conditions)
    it(`change ${condition} in ${expected.length} ways`, () => {
      const found = mutants(on(condition)).filter(({ at }) => at.line === 7);
      expect(found.map(({ what }) => what)).to.have.members(expected);
      expect(changes(on(condition))).to.include(LEFT_OUT);
    });

  it('change what follows: points, badges, labels, texts that have to be there, and the action itself', () => {
    const of = (then: string) => mutants(on('{ issue.locked: true }', then)).filter(({ at }) => at.line === 8);
    const what = (then: string) => of(then).map((mutant) => mutant.what);
    expect(what('{ award_points: { to: { fact: issue.author }, points: 5, reason: Thanks } }')).to.deep.equal([
      '`award_points` is left out',
      '`points: 5` → `points: 6`',
    ]);
    expect(what('{ list_ticket: { points: 1000 } }')).to.include('`points: 1000` → `points: 999`');
    expect(what('{ add_labels: { labels: [one, two] } }')).to.deep.equal([
      '`add_labels` is left out',
      '`one` → `one (changed)`',
      '`two` → `two (changed)`',
    ]);
    expect(what('{ comment: { body: Hello } }')).to.include('`body: …` → `body: … (changed)`');
    const closing = on('{ issue.locked: true }', '{ close: { reason: completed } }').replace('while', 'when');
    expect(mutants(closing).map((mutant) => mutant.what)).to.include('`reason: completed` → `reason: not_planned`');
  });

  const tables = `version: 1
program: demo
tables:
  points: { Low: 10, High: 30 }
  unused: { Low: 1 }
rules:
  list:
    on: [issues, issue_comment.created]
    while: { issue.state: open }
    then: [{ list_ticket: { points: { table: points, key: { fact: ticket.complexity }, default: 5 } } }]
  award:
    on: issues.opened
    while: { issue.state: open }
    then: [{ award_points: { to: { fact: issue.author }, points: { table: points, key: { fact: ticket.complexity }, default: 5 } } }]
`;

  it('change entries of tables for all who use them, defaults, and whether a table is asked at all', () => {
    const found = mutants(tables);
    expect(
      found.filter(({ at }) => at.line <= 5).map(({ what, at, rules }) => [at.column, what, rules.size]),
    ).to.deep.equal([
      [13, '`Low: 10` → `Low: 11`', 2],
      [22, '`High: 30` → `High: 31`', 2],
    ]);
    expect(changes(tables).filter((line) => line.startsWith('10:'))).to.deep.equal([
      '10:14 `list_ticket` is left out',
      '10:29 `default: 5` → `default: 6`',
      '10:29 `points: { table: points, … }` → `points: 5`',
    ]);
  });

  it('narrow what a rule is on', () => {
    expect(changes(tables).filter((line) => line.includes('`on'))).to.deep.equal([
      '8:10 `issues` is left out of `on`',
      '8:10 `on: issues` → `on: issues.opened`',
      '8:18 `issue_comment.created` is left out of `on`',
    ]);
  });

  const named = `version: 1
program: demo
conditions:
  is-ticket:
    issue.labels: { contains: C4GT }
rules:
  one: { on: issues.opened, while: { condition: is-ticket }, then: [{ list_ticket: }] }
  two: { on: issues.opened, while: { all: [{ condition: is-ticket }, { issue.locked: true }] }, then: [{ list_ticket: }] }
`;

  it('change a named condition once, for all who name it', () => {
    const inside = mutants(named).filter(({ at }) => at.line === 5);
    expect(inside.map(({ what, rules }) => [what, [...rules.keys()]])).to.deep.equal([
      ['`contains: C4GT` → not', ['demo/one', 'demo/two']],
      ['`contains: C4GT` → `contains: C4GT (changed)`', ['demo/one', 'demo/two']],
    ]);
    expect(changes(named)).to.include('8:46 `condition: is-ticket` is left out');
  });

  it('differ from the rules in those rules alone', () => {
    const { rules } = loadRules([ruleFile(named)]);
    const base = ruleSetOf('base', rules?.rules ?? [], { allUpTo: Infinity });
    for (const mutant of mutants(named)) {
      const changed = withMutant(base, mutant);
      const others = changed.rules.filter((rule, index) => rule !== base.rules[index]).map(({ id }) => id);
      expect(others).to.deep.equal([...mutant.rules.keys()]);
      expect(changed.onSubject('issue', {}, [])).to.deep.equal(changed.rules);
    }
    expect(Object.keys(actions)).to.include('list_ticket');
  });
});

describe('survivors', () => {
  const rules = (comment = '', above = '') => `
  it:
    on: issues.opened
    while:${above}
      issue.comments: { greaterThan: 3 }${comment}
    then: [{ award_points: { to: { fact: issue.author }, points: 5 } }]`;
  const comments = (count: number, points: object): TestInWords => ({
    history: [{ 'issues.opened': { set: { 'issue.comments': count, 'issue.author': 'asha' } } }],
    expect: { points: points as Record<string, number> },
  });
  const mutationOf = async (text: string, ...tests: TestInWords[]): Promise<Mutation> => {
    const { mutation, results } = await tested(text, tests, { mutate: true });
    if (mutation === null) throw new Error(results.map(({ failure }) => failure?.details).join('\n'));
    return mutation;
  };
  const few = comments(0, {});
  const many = comments(9, { asha: 5 });

  it('are none when tests look at both sides of each border', async () => {
    expect(await mutationOf(rules(), comments(3, {}), comments(4, { asha: 5 }))).to.deep.equal({
      total: 5,
      noticed: 5,
      accepted: 0,
      problems: [],
    });
  });

  it('are told with what was changed, where it is written', async () => {
    const { total, noticed, problems } = await mutationOf(rules(), few, many);
    expect({ total, noticed }).to.deep.equal({ total: 5, noticed: 3 });
    expect(problems.map(said)).to.deep.equal([
      'demo.yaml:8:25 survivor: no test notices `greaterThan: 3` → `greaterThan: 2` (demo/it)',
      'demo.yaml:8:25 survivor: no test notices `greaterThan: 3` → `greaterThan: 4` (demo/it)',
    ]);
    expect((await mutationOf(rules(), comments(3, {}))).noticed).to.equal(2);
  });

  it('may be accepted with a reason, on their line or above it', async () => {
    for (const text of [
      rules(' # c4gt-survivor: nobody counts so exactly'),
      rules('', '\n      # c4gt-survivor: nobody counts so exactly'),
      rules('', '\n      # c4gt-survivor: nobody counts\n      # so exactly'),
    ]) {
      const { accepted, problems } = await mutationOf(text, few, many);
      expect({ accepted, problems }).to.deep.equal({ accepted: 2, problems: [] });
    }
  });

  it('are not accepted without a reason', async () => {
    for (const comment of [' # c4gt-survivor', ' # c4gt-survivor: ']) {
      const { accepted, problems } = await mutationOf(rules(comment), few, many);
      expect(accepted).to.equal(0);
      expect(problems.map(said)[0]).to.equal(
        'demo.yaml:8:42 survivor-without-reason: this does not say why (write `# c4gt-survivor: why no test can notice`)',
      );
      expect(problems).to.have.length(3);
    }
  });

  it('are not looked for while a test fails', async () => {
    const { mutation } = await tested(rules(), [comments(9, {})], { mutate: true });
    expect(mutation).to.equal(null);
  });

  it('are looked for among the rules that hold in the tests, where only some of the tests are played', async () => {
    const two = `${rules()}\n  other:\n    on: issues.opened\n    when: { issue.locked: true }\n    then: [{ reopen: }]`;
    const tests = [few, many, comments(4, { asha: 5 })];
    const of = async (isWanted: (name: string) => boolean) => {
      const choice = { mutate: true, coverage: true, isWanted: ({ name }: { name: string }) => isWanted(name) };
      const { mutation, coverage } = await tested(two, tests, choice);
      return { mutants: mutation?.total, conditions: coverage?.total };
    };
    const ofBoth = await of(() => true);
    const ofOne = await of((name) => name === 'test 1');
    expect(ofOne).to.deep.equal({ mutants: 5, conditions: 2 });
    expect(ofBoth.mutants).to.be.above(5);
    expect(ofBoth.conditions).to.equal(4);
    expect(await of((name) => name === 'test 0'), 'where none holds').to.deep.equal(ofBoth);
  });

  it('are all mutants of a rule that no test comes to', async () => {
    const other: TestInWords = { history: [{ 'label.created': null }], expect: { points: {} } };
    expect(await mutationOf(rules(), other)).to.include({ total: 5, noticed: 0 });
  });

  it('are noticed when they make the rules chase one another', async () => {
    const chasing = `
  star:
    on: contributor
    while: { contributor.badges: { doesNotContain: Other } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Star } }]`;
    const test: TestInWords = {
      history: [{ contributor: { set: { contributor: 'asha', 'contributor.points': 3 } } }],
      expect: { points: { asha: 3 } },
    };
    const { problems } = await mutationOf(chasing, test);
    expect(problems.map(({ message }) => message)).to.have.length(4);
  });
});
