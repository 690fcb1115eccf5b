// The shipped rules hold to their own tests, beside them in rules/: nothing untested, and no mistake unnoticed.
import { expect } from 'chai';
import { testPayloads } from '../../src/commands/test-payloads.ts';
import { ruleTester, type TestReport } from '../../src/rule-tests/test-rules.ts';
import { readRuleFiles, readTestFiles } from '../../src/rules-directory.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { rulesDirectory } from '../support/shipped-rules.ts';

describe('the rules of the C4GT community', () => {
  let report: TestReport;
  before(async () => {
    const sources = { rules: await readRuleFiles(rulesDirectory), tests: await readTestFiles(rulesDirectory) };
    const choice = { isWanted: () => true, coverage: true, mutate: true };
    report = await ruleTester(vocabulary, testPayloads())(sources, choice);
  });

  it('come to what their tests expect', () => {
    expect(report.problems).to.deep.equal([]);
    expect(report.results.filter(({ failure }) => failure !== null)).to.deep.equal([]);
    expect(report.results.length).to.be.above(80);
  });

  it('are tested in every condition, held and not held', () => {
    expect(report.coverage?.percent).to.equal(100);
  });

  it('cannot be changed in one place without a test that notices, but where their author says why', () => {
    expect(report.mutation?.problems).to.deep.equal([]);
    expect(report.mutation?.noticed).to.be.above(100);
    expect(report.mutation?.accepted).to.equal(2);
  });
});
