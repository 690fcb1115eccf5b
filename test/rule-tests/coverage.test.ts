// Coverage: which conditions tests have seen true, and which false, wherever they are written.
import { expect } from 'chai';
import type { Coverage } from '../../src/rule-tests/coverage.ts';
import { gapsOf } from '../../src/rule-tests/coverage.ts';
import { said, type TestInWords, tested } from './testing.ts';

const rules = `version: 1
program: demo
conditions:
  is-ticket:
    issue.labels: { containsAny: [C4GT] }
rules:
  list:
    on: issues
    while:
      all:
        - condition: is-ticket
        - any:
            - issue.state: open
            - issue.locked: true
        - not: { issue.author.type: Bot }
    then: [{ list_ticket: }]
  thanks:
    on: issues
    while: { condition: is-ticket }
    then: [{ award_points: { to: { fact: issue.author }, points: 1 } }]
  never:
    on: label
    when: { label.name: C4GT }
    then: [{ notify_discord: { channel: all, message: Hello } }]
`;
const opened = (facts: object): TestInWords => ({
  history: [{ 'issues.opened': { set: facts } }],
  expect: { checks: {} },
});

async function coverageOf(...tests: TestInWords[]): Promise<Coverage> {
  const { problems, coverage } = await tested(rules, tests, { coverage: true });
  if (coverage === null) throw new Error(problems.map(said).join('\n'));
  return coverage;
}

describe('coverage', () => {
  it('counts each condition twice, once for true and once for false, and a named one once for all that name it', async () => {
    const { conditions, total } = await coverageOf(opened({}));
    expect(conditions.map(({ at, kind, rules: ids }) => `${at.line} ${kind} ${ids.join(' ')}`)).to.deep.equal([
      '7 rule demo/list',
      '11 condition demo/list',
      '5 test demo/list demo/thanks',
      '12 any demo/list',
      '13 test demo/list',
      '14 test demo/list',
      '15 test demo/list',
      '17 rule demo/thanks',
      '21 rule demo/never',
    ]);
    expect(total).to.equal(18);
  });

  it('says which were never true, never false, and never looked at, in the order in which they are written', async () => {
    const coverage = await coverageOf(opened({ 'issue.labels': ['C4GT'] }));
    expect(coverage).to.include({ seen: 8 });
    expect(gapsOf(coverage).map(said)).to.deep.equal([
      'demo.yaml:7:3 never-false: demo/list holds in every test that comes to it',
      'demo.yaml:11:11 never-false: no test sees this false (demo/list)',
      'demo.yaml:5:21 never-false: no test sees this false (demo/list, demo/thanks)',
      'demo.yaml:12:11 never-false: no test sees this false (demo/list)',
      'demo.yaml:13:15 never-false: no test sees this false (demo/list)',
      'demo.yaml:14:15 never-true: no test sees this true (demo/list)',
      'demo.yaml:15:18 never-true: no test sees this true (demo/list)',
      'demo.yaml:17:3 never-false: demo/thanks holds in every test that comes to it',
      'demo.yaml:21:3 never-seen: demo/never is looked at in no test',
    ]);
  });

  it('is complete when all was seen', async () => {
    const coverage = await coverageOf(
      opened({ 'issue.labels': ['C4GT'] }),
      opened({ 'issue.labels': ['C4GT'], 'issue.state': 'closed' }),
      opened({ 'issue.state': 'closed', 'issue.locked': true, 'issue.author': 'dependabot[bot]' }),
      {
        history: [{ 'label.created': { set: { 'label.name': 'C4GT' } } }, { 'label.created': null }],
        expect: { checks: {} },
      },
    );
    expect(gapsOf(coverage).map(said)).to.deep.equal([]);
    expect(coverage).to.include({ seen: 18, total: 18, percent: 100 });
  });

  it('sees every rule, however many others there are', async () => {
    const many = Array.from(
      { length: 40 },
      (_, index) => `
  rule-${index}:
    on: issues
    while: { issue.title: Title ${index} }
    then: [{ list_ticket: }]`,
    ).join('');
    const { coverage } = await tested(many, [opened({ 'issue.title': 'Title 3' })], { coverage: true });
    expect(coverage?.seen).to.equal(40);
  });

  it('is not asked for unless somebody asks', async () => {
    expect((await tested(rules, [opened({})])).coverage).to.equal(null);
  });
});
