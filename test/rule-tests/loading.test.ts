// What is wrong with a test file is said where it is, as of a rule file.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { drawing } from '../../src/problem-formats/text.ts';
import { loadTests, prepared, problemsOf, said, testRules } from './testing.ts';

const rules = `version: 1
program: demo
rules:
  merged:
    on: pull_request
    while: { pull_request.merged: true }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 5 } }]
`;

async function problemsIn(text: string): Promise<string[]> {
  const sources = { rules: [{ path: 'demo.yaml', text: rules }], tests: [{ path: 'demo.test.yaml', text }] };
  return (await testRules(sources)).problems.map(said);
}

const test = (lines: string) => `tests:\n  - name: it\n    history:\n${lines}\n    expect: { points: {} }\n`;

const wrong: readonly [what: string, text: string, ...problems: string[]][] = [
  [
    'no tests',
    'test: []\n',
    'demo.test.yaml:1:1 missing-key: the file needs `tests`',
    'demo.test.yaml:1:1 unknown-key: unknown key `test` (did you mean `tests`?)',
  ],
  ['an empty list', 'tests: []\n', 'demo.test.yaml:1:1 empty: `tests` is empty'],
  [
    'no expectation',
    'tests:\n  - name: it\n    history: [{ issues.opened: }]\n',
    'demo.test.yaml:2:5 missing-key: `tests` needs `expect`',
  ],
  [
    'an event that there is not',
    test('      - issue.opened:'),
    'demo.test.yaml:4:9 unknown-event: unknown event `issue.opened` (did you mean `issues.opened`?)',
  ],
  [
    'two events in a step',
    test('      - issues.opened:\n        issues.closed:'),
    'demo.test.yaml:4:9 bad-value: `history` names more than one event (begin each with `-`)',
  ],
  [
    'a mistyped fact',
    test('      - issues.opened: { set: { issue.label: [bug] } }'),
    'demo.test.yaml:4:33 unknown-fact: unknown fact `issue.label` (did you mean `issue.labels`?)',
  ],
  [
    'a fact of another event',
    test('      - issues.opened: { set: { pull_request.merged: true } }'),
    'demo.test.yaml:4:33 fact-not-offered: issues does not offer `pull_request.merged` (it comes with pull_request, pull_request_review)',
  ],
  [
    'a value of another type',
    test('      - issues.opened: { set: { issue.labels: bug } }'),
    'demo.test.yaml:4:47 wrong-type: `issue.labels` must be a list, not the text `bug`',
  ],
  [
    'a value that a fact never has',
    test('      - issues.opened: { set: { issue.state: opened } }'),
    'demo.test.yaml:4:46 bad-value: `issue.state` cannot be `opened` (did you mean `open`?)',
  ],
  [
    'a time that is none',
    test('      - issues.opened: { at: yesterday }'),
    'demo.test.yaml:4:30 wrong-type: "yesterday" is no time (write it as 2026-01-31T12:00:00Z)',
  ],
  [
    'a fact that is no time',
    test('      - issues.opened: { set: { issue.created_at: 2026-13-01T00:00:00Z } }'),
    'demo.test.yaml:4:51 wrong-type: "2026-13-01T00:00:00Z" is no time (write it as 2026-01-31T12:00:00Z)',
  ],
  [
    'a fact that is looked up',
    test('      - pull_request.closed: { set: { pull_request.ticket.complexity: High } }'),
    'demo.test.yaml:4:39 cannot-set: `pull_request.ticket.complexity` cannot be set (it is looked up: state it under `lookups:`)',
  ],
  [
    'who approved',
    test('      - pull_request.closed: { set: { pull_request.approved_by: [ravi] } }'),
    'demo.test.yaml:4:39 cannot-set: `pull_request.approved_by` cannot be set (let a step `pull_request_review.submitted` come before, or state it under `lookups:`)',
  ],
  [
    'what the form lacks',
    test('      - issues.opened: { set: { ticket.missing_fields: [Complexity] } }'),
    'demo.test.yaml:4:33 cannot-set: `ticket.missing_fields` cannot be set (it follows from the other facts: set those)',
  ],
  [
    'what the step is called',
    test('      - issues.opened: { set: { event.action: closed } }'),
    "demo.test.yaml:4:33 cannot-set: `event.action` cannot be set (the step's own name says it)",
  ],
  [
    'what only the ledger knows',
    test('      - issues.opened: { set: { contributor.points: 5 } }'),
    'demo.test.yaml:4:33 cannot-set: `contributor.points` cannot be set (let a step `contributor` come before)',
  ],
  [
    'a lookup that is none',
    `${test('      - issues.opened:')}    lookups: { issue.state: open }\n`,
    'demo.test.yaml:6:16 unknown-fact: unknown fact `issue.state` (did you mean `pull_request.ticket.state`?)',
  ],
  [
    'an expectation that there is not',
    'tests:\n  - { name: it, history: [{ issues.opened: }], expect: { point: {} } }\n',
    'demo.test.yaml:2:58 unknown-expectation: unknown expectation `point` (did you mean `points`?)',
  ],
  [
    'nothing expected',
    'tests:\n  - { name: it, history: [{ issues.opened: }], expect: {} }\n',
    'demo.test.yaml:2:48 empty: `expect` is empty',
  ],
  [
    'two tests of one name',
    `${test('      - issues.opened:')}  - name: it\n    history: [{ issues.opened: }]\n    expect: { points: {} }\n`,
    'demo.test.yaml:6:11 duplicate-name: a test of this name is already at line 2',
  ],
  [
    'a rule that there is not',
    'tests:\n  - { name: it, history: [{ issues.opened: }], expect: { errors: [mergd] } }\n',
    'demo.test.yaml:2:67 unknown-rule: there is no rule `mergd` (did you mean `merged`?)',
  ],
  [
    'an example that there is not',
    test('      - issues.opened: { like: issues.openned }'),
    'demo.test.yaml:4:26 unknown-example: there is no example `issues.openned` (did you mean `issues.opened`?)',
  ],
  [
    'an example of another event',
    test('      - issues.opened: { like: pull_request.opened }'),
    'demo.test.yaml:4:26 unknown-example: `pull_request.opened` is no payload of issues, as this step is (did you mean `issues.opened`?)',
  ],
  [
    'an example too many',
    test('      - issues.opened: { like: issues.opened/40 }'),
    'demo.test.yaml:4:26 unknown-example: there is no example `issues.opened/40` (did you mean `issues.opened`?)',
  ],
  [
    'a file that there is not',
    test('      - issues.opened: { like: payloads/none.json }'),
    'demo.test.yaml:4:26 bad-payload: there is no file payloads/none.json',
  ],
  [
    'a file anywhere',
    test('      - issues.opened: { like: /etc/none.json }'),
    'demo.test.yaml:4:26 bad-payload: a payload file is named relative to the test file',
  ],
  ['no YAML', 'tests: [', 'demo.test.yaml:1:8 yaml-syntax: this `[` is never closed'],
];

describe('a test file', () => {
  for (const [what, text, ...problems] of wrong)
    it(`with ${what} is refused where it is wrong`, async () => {
      expect(await problemsIn(text)).to.deep.equal(problems);
    });

  it('tells all that is wrong with it at once, drawn as problems of rules are', async () => {
    const text = test('      - issues.opend:\n      - issues.closed: { set: { issue.state: clsed } }');
    const { problems } = loadTests([{ path: 'demo.test.yaml', text }]);
    expect(problems.map(({ code }) => code)).to.deep.equal(['unknown-event', 'bad-value']);
    expect(problems.map(drawing([{ path: 'demo.test.yaml', text }]))[1]).to.equal(
      [
        'demo.test.yaml:5:46 error bad-value: `issue.state` cannot be `clsed`',
        '  5 |       - issues.closed: { set: { issue.state: clsed } }',
        '    |                                              ^^^^^',
        '  hint: did you mean `closed`?',
      ].join('\n'),
    );
  });

  it('is not played while the rules have problems, and those are told', async () => {
    const sources = { rules: [{ path: 'demo.yaml', text: rules.replace('merged: true', 'mergd: true') }] };
    const { problems, results } = await testRules({ ...sources, tests: [{ path: 'a.test.yaml', text: 'tests: []' }] });
    expect(problems.map(({ code }) => code)).to.deep.equal(['empty', 'unknown-fact']);
    expect(results).to.deep.equal([]);
  });

  it('may set a fact that its event cannot have in that way, and is told how it reads instead', () => {
    expect(problemsOf([{ 'issues.opened': { set: { 'ticket.skills': ['Node.js, C#'] } } }])).to.deep.equal([
      'cannot-set: `ticket.skills` cannot be set so on issues: it reads as ["Node.js", "C#"]',
    ]);
    expect(problemsOf([{ 'pull_request_review.submitted': { set: { 'pull_request.additions': 5 } } }])).to.deep.equal([
      'fact-not-offered: pull_request_review does not offer `pull_request.additions` (it comes with pull_request)',
    ]);
    expect(problemsOf([{ 'issues.opened': { set: { 'issue.title': null } } }])).to.deep.equal([
      'bad-payload: this is no payload of issues: issue.title must be string',
    ]);
  });

  it('may name as much of a rule as tells it apart', async () => {
    const two = `${rules}${rules.slice(rules.indexOf('  merged:')).replace('merged:', 'other:')}`;
    const text =
      'tests:\n  - { name: it, history: [{ issues.opened: }], expect: { errors: [], shadow: { other: [] } } }\n';
    const { problems, results } = await testRules({
      rules: [{ path: 'demo.yaml', text: two }],
      tests: [{ path: 'a.test.yaml', text }],
    });
    expect(problems).to.deep.equal([]);
    expect(results.map(({ failure }) => failure)).to.deep.equal([null]);
  });

  it('may be what the documentation shows', () => {
    const page = readFileSync(new URL('../../docs/tests.md', import.meta.url), 'utf8');
    const text = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const { tests, problems } = loadTests([{ path: 'demo.test.yaml', text }]);
    expect({ tests: tests.map(({ name }) => name), problems }).to.deep.equal({
      tests: ['points follow the label'],
      problems: [],
    });
  });

  it('reads steps with nothing in them', () => {
    expect(prepared([{ 'issues.opened': null }, { 'schedule.daily': null }]).steps).to.have.length(2);
  });
});
