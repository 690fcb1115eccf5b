// A test that fails says what was expected, what stands, and why each rule that could have brought it about did not.
import { expect } from 'chai';
import { type TestInWords, tested } from './testing.ts';

const rules = `
  merged:
    on: pull_request
    while:
      all:
        - pull_request.merged: true
        - pull_request.labels: { contains: C4GT Community }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 20 } }]
  opened:
    on: issues
    repositories-later: no
    while: { issue.state: open }
    then: [{ award_points: { to: { fact: issue.author }, points: 1 } }]
  list:
    on: issues
    while: { issue.state: open }
    then: [{ list_ticket: }]`.replace('    repositories-later: no\n', '');

async function failureOf(test: TestInWords, more = ''): Promise<string> {
  const { problems, results } = await tested(`${rules}${more}`, [test]);
  expect(problems).to.deep.equal([]);
  return results[0]?.failure?.details ?? 'passed';
}

const set = (facts: object) => ({ set: facts });
const merged = set({
  'pull_request.merged': true,
  'pull_request.labels': ['C4GT-Community'],
  'pull_request.author': 'asha',
});

describe('a test that fails', () => {
  it('shows the difference, the trace of each rule it is about, and the nearest miss', async () => {
    const details = await failureOf({ history: [{ 'pull_request.closed': merged }], expect: { points: { asha: 20 } } });
    const [before = '', after = ''] = details.split(/^ {4}nearest miss: .*`C4GT-Community`.*`C4GT Community`.*\n/m);
    expect(before + after).to.equal(
      [
        '  points: - expected, + stands',
        '    - asha: 20',
        '      (nothing stands)',
        '',
        '  ✗ did not hold: demo/merged on Codertocat/Hello-World#2, at pull_request.closed (demo.yaml:5)',
        '    ✗ all of',
        '      ✓ pull_request.merged is true',
        '      ✗ pull_request.labels has C4GT Community  (is C4GT-Community)',
        '',
        '  – demo/opened was never asked: it is on issues, and none of that happens (demo.yaml:12)',
      ].join('\n'),
    );
  });

  it('shows those first that hold, and of each the last decision on every subject', async () => {
    const details = await failureOf({
      history: [
        { 'issues.opened': set({ 'issue.number': 5, 'issue.author': 'asha' }) },
        { 'issues.opened': set({ 'issue.number': 6, 'issue.author': 'ravi' }) },
        { 'issues.closed': null },
      ],
      expect: { points: { ravi: 1 } },
    });
    expect(details.split('\n').filter((line) => /^ {2}\S/.test(line))).to.deep.equal([
      '  points: - expected, + stands',
      '  ✓ held: demo/opened on Codertocat/Hello-World#5, at issues.opened (demo.yaml:12)',
      '  ✗ did not hold: demo/opened on Codertocat/Hello-World#6, at issues.closed (demo.yaml:12)',
      '  – demo/merged was never asked: it is on pull_request, and none of that happens (demo.yaml:5)',
    ]);
    expect(details).to.include('    + asha: 1\n    - ravi: 1\n');
  });

  it('says why a rule failed', async () => {
    const failing = `
  failing:
    on: issues
    while: { issue.state: open }
    then: [{ award_points: { to: { fact: issue.author }, points: { fact: issue.number } } }]`;
    const details = await failureOf(
      { history: [{ 'issues.opened': set({ 'issue.number': 5000 }) }], expect: { tickets: [{ number: 5000 }] } },
      failing,
    );
    expect(details).to.include('errors: - expected, + stands\n    + demo/failing\n');
    expect(details).to.match(
      /! failed: demo\/failing on Codertocat\/Hello-World#5000, at issues\.opened \(demo\.yaml:20\)/,
    );
    expect(details).to.match(/points must be from 1 to 1000, not 5000/);
  });

  it('shows texts of many lines as they are', async () => {
    const details = await failureOf(
      { history: [{ 'issues.opened': null }], expect: { comments: ['One\ntwo'] } },
      '\n  say: { on: issues, while: { issue.state: open }, then: [{ comment: { body: "One\\nthree" } }] }',
    );
    expect(details).to.include('comments: - expected, + stands\n    - One\n    - two\n    + One\n    + three\n');
  });

  it('does not show more rules than anybody reads', async () => {
    const many = Array.from(
      { length: 9 },
      (_, index) => `
  more-${index}:
    on: issues
    while: { issue.state: open }
    then: [{ award_points: { to: { fact: issue.author }, points: 1 } }]`,
    ).join('');
    const details = await failureOf({ history: [{ 'issues.opened': null }], expect: { points: {} } }, many);
    expect(details.match(/held/g)).to.have.length(5);
    expect(details).to.match(/\n {2}… and 6 more rules$/);
  });

  it('says of a rule that is for other repositories that it is', async () => {
    const { results } = await tested(
      `version: 1\nprogram: demo\nrepositories: [Sunbird/*]\nrules:${rules.split('  opened:')[0]}`,
      [{ history: [{ 'pull_request.closed': merged }], expect: { points: { asha: 20 } } }],
    );
    expect(results[0]?.failure?.details).to.match(
      /demo\/merged was never asked: nothing that happens is about one of its pull requests; it applies to Sunbird\/\* \(demo\.yaml:\d+\)/,
    );
  });
});
